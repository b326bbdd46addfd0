package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class LitellmJsonTest {
    @Test
    void money_is_a_number_with_all_its_digits() {
        String kept = """
                {"max_budget":"9123456789.123456789","info":{"spend":"0.000000001","soft_budget":null},\
                "litellm_budget_table":{"max_budget":"12.5"}}""";
        assertThat(LitellmJson.text(new JsonObject(kept))).isEqualTo("""
                {"max_budget":9123456789.123456789,"info":{"spend":0.000000001,"soft_budget":null},\
                "litellm_budget_table":{"max_budget":12.5}}""");
    }

    @Test
    void what_somebody_keeps_beside_a_key_is_told_as_it_is() {
        String kept = "{\"metadata\":{\"spend\":\"much\",\"max_budget\":\"1\"},\"tags\":[\"spend\"]}";
        assertThat(LitellmJson.text(new JsonObject(kept))).isEqualTo(kept);
    }
}
