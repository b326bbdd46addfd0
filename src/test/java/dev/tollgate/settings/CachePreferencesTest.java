package dev.tollgate.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CachePreferencesTest {
    private static FeatureSettings settings(String cache) {
        return FeatureSettings.of(new JsonObject("{\"cache\":" + cache + "}"));
    }

    private static @Nullable CachePreferences both(String organization, String client) {
        OrganizationSettings all = new OrganizationSettings(
                Map.of(new Place(null, "chat"), settings(organization), new Place("cli_1", "chat"), settings(client)));
        return all.effective("cli_1", "chat").get(Setting.CACHE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"reuse":"exact"}                 | {"requests":"all"}                       | {"reuse":"exact","requests":"all"}
            {"requests":"deterministic"}      | {"requests":"all"}                       | {"requests":"deterministic"}
            {"sharing":"organization"}        | {"sharing":"client"}                     | {"sharing":"client"}
            {"sharing":"client"}              | {"sharing":"pool"}                       | {"sharing":"client"}
            {"ttl_seconds":60}                | {"ttl_seconds":3600,"max_bytes":5}       | {"ttl_seconds":60,"max_bytes":5}
            {"reuse":"off"}                   | {"reuse":"exact","ttl_seconds":5}        | {"reuse":"off","ttl_seconds":5}
            {"version":1}                     | {"version":2}                            | {"version":3}
            """)
    void of_a_client_narrow_its_organizations_member_by_member(String organization, String client, String expected) {
        assertThat(both(organization, client)).isEqualTo(settings(expected).get(Setting.CACHE));
    }

    @Test
    void are_stored_as_they_were_set() {
        String all = "{\"reuse\":\"exact\",\"requests\":\"all\",\"ttl_seconds\":9,\"max_bytes\":7,\"sharing\":\"pool\","
                + "\"version\":4}";
        assertThat(settings(all).toJson().getJsonObject("cache")).isEqualTo(new JsonObject(all));
        assertThat(settings("{}").toJson().getJsonObject("cache")).isEqualTo(new JsonObject());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"ttl_seconds\":0}", "{\"max_bytes\":67108865}", "{\"version\":-1}"})
    void have_bounds(String cache) {
        CachePreferences preferences = Objects.requireNonNull(settings(cache).get(Setting.CACHE));
        assertThatThrownBy(() -> FeatureSettings.NONE.with(Setting.CACHE, preferences))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: ttl_seconds 1 to");
    }
}
