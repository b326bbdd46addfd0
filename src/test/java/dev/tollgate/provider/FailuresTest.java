package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(nullValues = "-", textBlock = """
            200, -,                       NONE
            400, -,                       OF_REQUEST
            400, context_length_exceeded, OF_FIT
            401, invalid_api_key,         OF_PLACE
            402, -,                       OF_PLACE
            403, -,                       OF_PLACE
            404, model_not_found,         OF_PLACE
            408, -,                       OF_MOMENT
            409, -,                       OF_REQUEST
            413, -,                       OF_REQUEST
            422, -,                       OF_REQUEST
            429, rate_limit_exceeded,     OF_MOMENT
            429, insufficient_quota,      OF_PLACE
            498, -,                       OF_MOMENT
            500, -,                       OF_MOMENT
            503, -,                       OF_MOMENT
            529, overloaded,              OF_MOMENT
            """)
    void tells_what_is_at_fault(int status, String code, Failure failure) {
        assertThat(Failures.USUAL.of(status, code)).isEqualTo(failure);
    }

    @ParameterizedTest(name = "{0}: {1}: {2}")
    @CsvSource({
        "openai,     413, OF_REQUEST",
        "groq,       413, OF_FIT",
        "github,     413, OF_FIT",
        "openai,     403, OF_PLACE",
        "openrouter, 403, OF_REQUEST"
    })
    void some_providers_mean_something_of_their_own(String provider, int status, Failure failure) {
        ApiStyle style = ProviderCatalog.builtIn().find(provider).orElseThrow().style();
        assertThat(style.failures().of(status, null)).isEqualTo(failure);
    }
}
