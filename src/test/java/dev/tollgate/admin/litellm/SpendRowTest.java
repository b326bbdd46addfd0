package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminJson;
import dev.tollgate.tenancy.KeyLabel;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpendRowTest {
    private static final KeyLabel LABEL = new KeyLabel("org_x", "checkout", "ann", new byte[32]);

    @Test
    void an_entry_becomes_a_row() {
        Map<String, @Nullable Object> row = SpendRow.of(entry(), LABEL);
        assertThat(AdminJson.text(row)).isEqualTo("""
                {"request_id":"req_1","call_type":"acompletion","api_key":"%1$s","spend":0.000000001,\
                "total_tokens":20,"prompt_tokens":5,"completion_tokens":15,"startTime":"2026-11-21T14:20:10.552Z",\
                "endTime":"2026-11-21T14:20:10.743Z","completionStartTime":"2026-11-21T14:20:10.726Z",\
                "model":"gpt-5-2026","model_group":"gpt-5","custom_llm_provider":"openai","user":"ann","end_user":"",\
                "team_id":"cli_x","organization_id":"org_x","cache_hit":"False","request_tags":["team:search"],\
                "status":"success","metadata":{"user_api_key":"%1$s","user_api_key_alias":"checkout",\
                "user_api_key_user_id":"ann","user_api_key_team_id":"cli_x","user_api_key_org_id":"org_x",\
                "status":"success","error_code":null,"key_id":"key_x","kind":"request","estimated":false,\
                "merged_count":1}}""".formatted("00".repeat(32)));
    }

    @Test
    void a_correction_is_told_apart_from_its_request() {
        assertThat(SpendRow.of(entry().put("seq", 2).put("charge", "-0.25"), LABEL))
                .containsEntry("request_id", "req_1.2")
                .hasEntrySatisfying("spend", spend -> assertThat(spend).hasToString("-0.25"));
    }

    @ParameterizedTest
    @CsvSource({"ok, success", "local, success", "refused, failure", "upstream_error, failure", "cancelled, failure"})
    void what_was_answered_in_full_is_a_success(String outcome, String status) {
        assertThat(SpendRow.of(entry().put("outcome", outcome), LABEL)).containsEntry("status", status);
    }

    @Test
    void what_is_not_known_is_empty() {
        JsonObject refused = entry();
        for (String member : new String[] {"model_served", "model_sent", "provider", "tags", "first_byte_micros"}) {
            refused.putNull(member);
        }
        assertThat(SpendRow.of(refused, null))
                .containsEntry("api_key", "")
                .containsEntry("user", "")
                .containsEntry("model", "gpt-5")
                .containsEntry("custom_llm_provider", "")
                .containsEntry("completionStartTime", null);
    }

    private static JsonObject entry() {
        return new JsonObject("""
                {"request_id":"req_1","seq":0,"kind":"request","started_at":"2026-11-21T14:20:10.552Z",
                 "organization_id":"org_x","client_id":"cli_x","key_id":"key_x","end_user":null,
                 "tags":{"team":"search","budget_id":"free"},"operation":"chat","model_asked":"gpt-5",
                 "provider":"openai","model_sent":"gpt-5","model_served":"gpt-5-2026","input_tokens":5,
                 "output_tokens":15,"charge":"0.000000001","outcome":"ok","error_code":null,"cache":null,
                 "estimated":false,"merged_count":1,"total_micros":191216,"first_byte_micros":174569}""");
    }
}
