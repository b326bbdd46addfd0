package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.provider.simulated.RawExchange.End;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    private static final String PATH = "/v1/chat/completions";
    private static final String WHOLE =
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String STREAM = "{\"model\":\"gpt-4o\",\"stream\":true,"
            + "\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @RegisterExtension
    static final Simulation simulation = new Simulation();

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 529})
    void a_status_comes_in_openais_shape(int status) throws Exception {
        HttpResponse<String> answer = with("status-" + status, WHOLE);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Simulation.json(answer).path("error").has("message")).isTrue();
        assertThat(Simulation.json(answer).path("error").has("code")).isTrue();
        assertThat(answer.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 429);
    }

    @Test
    void what_is_not_a_fault_is_refused() throws Exception {
        assertThat(with("explode", WHOLE).statusCode()).isEqualTo(400);
        assertThat(with("status-200", WHOLE).statusCode()).isEqualTo(400);
        assertThat(simulation.post(PATH, WHOLE, "x-simulate-words", "100001").statusCode())
                .isEqualTo(400);
        assertThat(simulation.post(PATH, WHOLE, "x-simulate-latency-ms", "-1").statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_fault_for_one_model_leaves_the_others_alone() throws Exception {
        assertThat(simulation
                        .post(PATH, WHOLE, "x-simulate-fault", "status-500", "x-simulate-fault-model", "gpt-4o")
                        .statusCode())
                .isEqualTo(500);
        assertThat(simulation
                        .post(PATH, WHOLE, "x-simulate-fault", "status-500", "x-simulate-fault-model", "o3")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_fault_for_the_first_attempts_lets_the_next_ones_succeed() throws Exception {
        String[] headers = {
            "x-simulate-fault", "status-503", "x-simulate-fault-times", "2", "x-simulate-tag", "attempts"
        };
        assertThat(simulation.post(PATH, WHOLE, headers).statusCode()).isEqualTo(503);
        assertThat(simulation.post(PATH, WHOLE, headers).statusCode()).isEqualTo(503);
        assertThat(simulation.post(PATH, WHOLE, headers).statusCode()).isEqualTo(200);
        headers[5] = "other attempts";
        assertThat(simulation.post(PATH, WHOLE, headers).statusCode()).isEqualTo(503);
    }

    @Test
    void reset_ends_the_connection_before_the_answer() throws Exception {
        try (RawExchange exchange = raw(WHOLE, "reset")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.RESET);
            assertThat(exchange.received()).isEmpty();
        }
    }

    @Test
    void reset_midstream_ends_the_connection_after_some_events_or_half_a_body() throws Exception {
        try (RawExchange exchange = raw(STREAM, "reset-midstream")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.RESET);
            assertThat(Simulation.data(exchange.received())).hasSize(5);
        }
        try (RawExchange exchange = raw(STREAM, "reset-midstream", "x-simulate-after: 2")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.RESET);
            assertThat(Simulation.data(exchange.received())).hasSize(2);
        }
        try (RawExchange exchange = raw(WHOLE, "reset-midstream")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.RESET);
            assertThat(exchange.received()).contains("chatcmpl-").doesNotContain("usage");
        }
    }

    @Test
    void truncate_closes_in_good_order_but_too_early() throws Exception {
        try (RawExchange exchange = raw(STREAM, "truncate")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.CLOSED);
            assertThat(Simulation.data(exchange.received())).hasSize(5);
            assertThat(exchange.received()).doesNotContain("\r\n0\r\n\r\n");
        }
        try (RawExchange exchange = raw(WHOLE, "truncate")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.CLOSED);
            String[] parts = exchange.received().split("\r\n\r\n", 2);
            String length = parts[0].replaceFirst("(?s).*content-length: (\\d+).*", "$1");
            assertThat(parts[1]).hasSize(Integer.parseInt(length) / 2);
        }
    }

    @Test
    void stall_never_answers() throws Exception {
        try (RawExchange exchange = raw(WHOLE, "stall")) {
            assertThat(exchange.isSilent()).isTrue();
        }
    }

    @Test
    void stall_midstream_falls_silent_after_some_events_or_half_a_body() throws Exception {
        try (RawExchange exchange = raw(STREAM, "stall-midstream")) {
            exchange.readUntil("\"mula\"");
            exchange.readUntil("usage\":null}\n\n\r\n");
            assertThat(exchange.isSilent()).isTrue();
            assertThat(Simulation.data(exchange.received())).hasSize(5);
        }
        try (RawExchange exchange = raw(WHOLE, "stall-midstream")) {
            exchange.readUntil("\r\n\r\n");
            String length = exchange.received().replaceFirst("(?s).*content-length: (\\d+).*", "$1");
            exchange.read(Integer.parseInt(length) / 2);
            assertThat(exchange.isSilent()).isTrue();
            assertThat(exchange.received()).contains("chatcmpl-").doesNotContain("usage");
        }
    }

    @Test
    void malformed_is_a_success_that_is_not_json() throws Exception {
        HttpResponse<String> whole = with("malformed", WHOLE);
        assertThat(whole.statusCode()).isEqualTo(200);
        assertThat(whole.body()).startsWith("{\"id\"").doesNotEndWith("}");
        List<String> data = Simulation.data(with("malformed", STREAM).body());
        assertThat(data.get(5)).doesNotEndWith("}");
        assertThat(data.getLast()).isEqualTo("[DONE]");
    }

    @Test
    void not_json_is_a_page_of_html() throws Exception {
        HttpResponse<String> bad = with("not-json", WHOLE);
        assertThat(bad.statusCode()).isEqualTo(502);
        assertThat(bad.body()).startsWith("<html>");
        HttpResponse<String> good = with("not-json-200", STREAM);
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(good.body()).startsWith("<html>");
    }

    @Test
    void empty_body_is_a_success_without_a_word() throws Exception {
        HttpResponse<String> answer = with("empty-body", WHOLE);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void wrong_content_type_labels_a_right_answer_wrongly() throws Exception {
        assertThat(with("wrong-content-type", WHOLE).headers().firstValue("content-type"))
                .hasValue("text/plain");
        HttpResponse<String> stream = with("wrong-content-type", STREAM);
        assertThat(stream.headers().firstValue("content-type")).hasValue("text/plain");
        assertThat(Simulation.data(stream.body()).getLast()).isEqualTo("[DONE]");
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, STREAM})
    void slow_headers_come_bit_by_bit_and_the_body_is_whole(String request) throws Exception {
        HttpResponse<String> answer = with("slow-headers", request);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"total_tokens\":19");
        assertThat(answer.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void huge_headers_are_64_kib() throws Exception {
        HttpResponse<String> answer = with("huge-headers", WHOLE);
        assertThat(answer.headers().firstValue("x-simulated-huge").orElse("")).hasSize(64 * 1024);
    }

    @Test
    void no_usage_leaves_it_out_even_where_it_was_asked_for() throws Exception {
        assertThat(with("no-usage", WHOLE).body()).doesNotContain("usage");
        assertThat(with("no-usage", STREAM).body()).doesNotContain("usage").contains("[DONE]");
    }

    @Test
    void usage_can_be_any_nonsense() throws Exception {
        assertThat(usage("usage-negative").path("prompt_tokens").asText()).isEqualTo("-5");
        assertThat(usage("usage-huge").path("prompt_tokens").asLong()).isEqualTo(1L << 40);
        assertThat(usage("usage-fractional").path("prompt_tokens").asText()).isEqualTo("5.5");
        assertThat(usage("usage-string").path("prompt_tokens").isTextual()).isTrue();
        assertThat(usage("usage-string")
                        .at("/prompt_tokens_details/cached_tokens")
                        .isTextual())
                .isTrue();
    }

    @Test
    void usage_can_come_twice() throws Exception {
        assertThat(with("usage-twice", WHOLE).body().split("\"usage\":")).hasSize(3);
        assertThat(Simulation.data(with("usage-twice", STREAM).body()))
                .filteredOn(data -> data.contains("total_tokens"))
                .hasSize(2);
    }

    @Test
    void crlf_ends_the_lines_of_a_stream() throws Exception {
        String stream = with("crlf", STREAM).body();
        assertThat(stream).endsWith("data: [DONE]\r\n\r\n");
        assertThat(stream.replace("\r\n", "")).doesNotContain("\n");
    }

    @Test
    void comments_and_other_fields_stand_between_the_data() throws Exception {
        String stream = with("comments,crlf", STREAM).body();
        assertThat(stream).contains(": simulated comment 1\r\n\r\nid: 1\r\nretry: 3000\r\ndata: {");
        assertThat(Simulation.data(stream)).hasSize(1 + 14 + 1 + 1 + 1);
    }

    @Test
    void unknown_events_and_members_appear() throws Exception {
        String stream = with("unknown-events", STREAM).body();
        assertThat(stream).contains("event: simulated.unknown\ndata: {\"type\":\"simulated.unknown\"");
        assertThat(Simulation.data(stream).getFirst()).startsWith("{\"simulated_unknown\":{\"kept\":true},\"id\"");
        assertThat(Simulation.json(with("unknown-events", WHOLE)).has("simulated_unknown"))
                .isTrue();
    }

    @Test
    void early_done_ends_a_stream_before_its_reason() throws Exception {
        List<String> data = Simulation.data(with("early-done", STREAM).body());
        assertThat(data).hasSize(6);
        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(data).noneMatch(chunk -> chunk.contains("\"stop\""));
    }

    @Test
    void error_event_ends_a_stream_in_the_shape_of_its_api() throws Exception {
        List<String> chat = Simulation.data(with("error-event", STREAM).body());
        assertThat(chat).hasSize(6);
        assertThat(chat.getLast()).startsWith("{\"error\":{\"message\"");
        String responses = simulation
                .post(
                        "/v1/responses",
                        "{\"model\":\"gpt-4o\",\"stream\":true,\"input\":\"Hello\"}",
                        "x-simulate-fault",
                        "error-event")
                .body();
        assertThat(responses).contains("event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\"");
        assertThat(Simulation.data(responses).getLast()).contains("\"sequence_number\":5");
    }

    @Test
    void content_length_stream_announces_its_length() throws Exception {
        HttpResponse<String> answer = with("content-length-stream", STREAM);
        assertThat(answer.headers().firstValue("content-length"))
                .hasValue(Integer.toString(answer.body().length()));
        assertThat(answer.headers().firstValue("transfer-encoding")).isEmpty();
    }

    @Test
    void a_fault_in_the_middle_hits_a_short_stream_too() throws Exception {
        try (RawExchange exchange = raw(STREAM, "truncate", "x-simulate-after: 1000")) {
            assertThat(exchange.readToEnd()).isEqualTo(End.CLOSED);
            assertThat(exchange.received()).contains("[DONE]").doesNotContain("\r\n0\r\n\r\n");
        }
    }

    private static HttpResponse<String> with(String fault, String request) throws Exception {
        return simulation.post(PATH, request, "x-simulate-fault", fault);
    }

    private static JsonNode usage(String fault) throws Exception {
        JsonNode whole = Simulation.json(with(fault, WHOLE)).path("usage");
        List<String> data = Simulation.data(with(fault, STREAM).body());
        assertThat(data.get(data.size() - 2)).contains("\"usage\":" + whole);
        return whole;
    }

    private static RawExchange raw(String request, String fault, String... headers) throws Exception {
        String[] all = new String[headers.length + 1];
        all[0] = "x-simulate-fault: " + fault;
        System.arraycopy(headers, 0, all, 1, headers.length);
        return RawExchange.post(simulation.port(), PATH, request, all);
    }
}
