package dev.tollgate.platform.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.platform.demo.Outcome.End;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void takes_the_tokens_of_a_json_answer_from_its_usage_and_the_cost_from_its_header() {
        assertThat(Outcome.ofJson("{\"usage\":{\"total_tokens\":25}}", "0.00001185"))
                .isEqualTo(new Outcome(End.ANSWERED, 25, Money.dollars("0.00001185")));
    }

    @Test
    void takes_an_answer_without_usage_as_one_without_tokens() {
        assertThat(Outcome.ofJson("{\"results\":[]}", "0")).isEqualTo(new Outcome(End.ANSWERED, 0, Money.ZERO));
    }

    @Test
    void takes_both_from_the_last_chunk_of_a_stream() {
        String stream = """
                data: {"choices":[{"delta":{"content":"Hi"}}],"usage":null}

                data: {"choices":[],"usage":{"total_tokens":9,"cost":"0.0001"}}

                data: [DONE]

                """;

        assertThat(Outcome.ofStream(stream)).isEqualTo(new Outcome(End.ANSWERED, 9, Money.dollars("0.0001")));
    }

    @Test
    void finds_them_within_the_response_of_a_typed_event() {
        String stream = """
                event: response.completed
                data: {"type":"response.completed","response":{"usage":{"total_tokens":9,"cost":"0.0001"}}}

                """;

        assertThat(Outcome.ofStream(stream)).isEqualTo(new Outcome(End.ANSWERED, 9, Money.dollars("0.0001")));
    }

    @Test
    void takes_a_stream_that_ends_with_an_error_or_without_usage_as_failed() {
        assertThat(Outcome.ofStream("data: {\"usage\":{\"total_tokens\":9}}\n\ndata: {\"error\":{\"code\":\"x\"}}\n\n"))
                .isEqualTo(Outcome.FAILED);
        assertThat(Outcome.ofStream("event: error\ndata: {\"type\":\"error\"}\n\n"))
                .isEqualTo(Outcome.FAILED);
        assertThat(Outcome.ofStream("data: {\"choices\":[]}\n\n")).isEqualTo(Outcome.FAILED);
    }

    @Test
    void takes_what_is_no_json_as_failed() {
        assertThat(Outcome.ofJson("<html>", null)).isEqualTo(Outcome.FAILED);
    }
}
