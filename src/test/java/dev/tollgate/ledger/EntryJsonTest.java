package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.ledger.LedgerEntry.Asked;
import dev.tollgate.testkit.Entries;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.Seeds;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EntryJsonTest {
    private static final Instant AT = Instant.parse("2026-11-30T23:59:59.999Z");

    @Test
    void leaves_out_what_is_as_in_a_blank_entry() {
        assertThat(text(Entries.at(AT, 1)))
                .isEqualTo("{\"request_id\":\"01a22ee6-afff-7000-8000-000000000001\","
                        + "\"accounting_period\":\"2026-11-01\",\"organization_id\":\"org_1\",\"key_id\":\"key_1\","
                        + "\"operation\":\"chat\",\"model_asked\":\"gpt-4o\",\"outcome\":\"ok\",\"status\":200,"
                        + "\"total_micros\":1,\"request_bytes\":1,\"response_bytes\":1}");
    }

    @Test
    void has_a_member_for_every_field() {
        assertThat(text(Entries.full(AT, 1))).isEqualTo("""
                {"request_id":"01a22ee6-afff-7000-8000-000000000001","accounting_period":"2026-11-01",\
                "kind":"metered_service","purpose":"judge","parent_id":"01a22ee6-afff-7000-8000-000000000002",\
                "merged_count":2,"flags":"saturated,dropped_tags","organization_id":"org_1","client_id":"cli_1",\
                "key_id":"key_1","feature":"pdf","tier":"scale","end_user":"abcd","tags":{"team":"a \\"b\\""},\
                "operation":"image","streamed":true,"model_asked":"dall-e","service_tier_asked":"auto",\
                "caller_request_id":"mine-1","route":"auto","route_version":"7","route_candidate":"auto.candidates[1]",\
                "experiment_arm":"b",\
                "query_type":"code","difficulty":42,"provider":"azure","account_id":"acc","region":"eu-west",\
                "deployment":"dep","simulated":true,"payer":"client","model_sent":"m1","model_served":"m2",\
                "service_tier":"flex","upstream_request_id":"req-9",\
                "attempts":[{"account_id":"acc0","outcome":"failed","micros":3},\
                {"account_id":"acc","model":"m1","outcome":"ok","status":200,"micros":4}],\
                "raw_usage":{"images": 3},"input_tokens":5,"usage":{"input":5,"image":3},"quantity":3,"unit":"image",\
                "provider_cost":11,"charge":12,"baseline_cost":20,"savings":{"cache":8},"price_version":"v2",\
                "estimated":true,"outcome":"cancelled","status":499,"error_class":"class","error_code":"code",\
                "client_gone":true,"cache":"exact","cache_tier":"memory","total_micros":90,"first_byte_micros":30,"saved_micros":7,\
                "request_bytes":100,"response_bytes":200,"epoch":3,"window_ids":[1,2],"window_holds":[50,0]}""");
    }

    @Test
    void belongs_to_the_month_in_which_the_request_began_in_utc() {
        Instant next = AT.plusMillis(1);
        assertThat(period(AT)).isEqualTo("2026-11-01");
        assertThat(period(next)).isEqualTo("2026-12-01");
        assertThat(period(AT)).isEqualTo("2026-11-01");
    }

    @Test
    void keeps_any_text_but_what_postgresql_has_no_place_for() {
        assertThat(model("\"\\/\b\f\n\r\t\u0001\u001f\u007f")).isEqualTo("\"\\/\b\f\n\r\t\u0001\u001f\u007f");
        assertThat(model("ä€𝄞\u07ff\u0800\uffff")).isEqualTo("ä€𝄞\u07ff\u0800\uffff");
        assertThat(model("a\0b")).isEqualTo("a\uFFFDb");
        assertThat(model("\uD834")).isEqualTo("\uFFFD");
        assertThat(model("\uDD1E\uD834")).isEqualTo("\uFFFD\uFFFD");
        assertThat(model("\uD834x")).isEqualTo("\uFFFDx");
    }

    @Test
    void keeps_any_text_of_the_planes_of_unicode() {
        int cases = Seeds.each(2_000, random -> {
            String text = random.ints(random.nextInt(60), 1, 0x11_0000)
                    .map(c -> random.nextBoolean() ? c & 0x7F : random.nextBoolean() ? c & 0xFFFF : c)
                    .filter(c -> c != 0 && (c < 0xD800 || c > 0xDFFF))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            assertThat(model(text)).isEqualTo(text);
        });
        assertThat(cases).isPositive();
    }

    @Test
    void cuts_off_what_others_wrote_at_256_characters() {
        assertThat(model("m".repeat(256))).hasSize(256);
        assertThat(model("m".repeat(100_000))).hasSize(256);
        assertThat(model("m".repeat(255) + "𝄞")).isEqualTo("m".repeat(255) + "\uFFFD");
    }

    @Test
    void is_made_anew_for_each_entry() {
        byte[] first = EntryJson.bytes(Entries.full(AT, 1));
        byte[] again = first.clone();
        EntryJson.bytes(Entries.at(AT, 2));
        assertThat(first).isEqualTo(again);
    }

    private static String model(String model) {
        Asked asked = new Asked("chat", false, model, null, null, null, null, -1);
        LedgerEntry entry = Entries.asking(Entries.at(AT, 1), asked);
        return json(entry).path("model_asked").asText();
    }

    private static String period(Instant at) {
        return json(Entries.at(at, 1)).path("accounting_period").asText();
    }

    private static JsonNode json(LedgerEntry entry) {
        return Json.parse(text(entry));
    }

    private static String text(LedgerEntry entry) {
        return new String(EntryJson.bytes(entry), UTF_8);
    }
}
