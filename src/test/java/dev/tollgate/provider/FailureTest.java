package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureTest {
    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(nullValues = "-", textBlock = """
            200, -,                       NONE
            400, -,                       OF_REQUEST
            400, context_length_exceeded, OF_FIT
            401, invalid_api_key,         OF_PLACE
            402, -,                       OF_PLACE
            403, -,                       OF_PLACE
            404, model_not_found,         OF_PLACE
            408, -,                       OF_PLACE
            409, -,                       OF_REQUEST
            413, -,                       OF_REQUEST
            422, -,                       OF_REQUEST
            429, rate_limit_exceeded,     OF_PLACE
            498, -,                       OF_PLACE
            500, -,                       OF_PLACE
            503, -,                       OF_PLACE
            529, overloaded,              OF_PLACE
            """)
    void tells_what_is_at_fault(int status, String code, Failure failure) {
        assertThat(Failure.of(status, code)).isEqualTo(failure);
    }
}
