package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ChargesTest {
    private static final String PATH = "/v1/chat/completions";

    @RegisterExtension
    static final Simulation simulation = new Simulation();

    @Test
    void are_what_the_answers_reported() throws Exception {
        simulation.post(PATH, ask("gpt-4o", ""), "x-simulate-tag", "reported");
        simulation.post(PATH, ask("gpt-5", ",\"stream\":true"), "x-simulate-tag", "reported");
        assertThat(simulation.billed("reported")).isEqualTo(usage(5 + 5, 14 + 14, 128));
        assertThat(simulation.provider().charges().lines())
                .filteredOn(line -> line.tag().equals("reported"))
                .extracting(Charges.Line::model, Charges.Line::requests)
                .containsExactlyInAnyOrder(tuple("gpt-4o", 1L), tuple("gpt-5", 1L));
    }

    @Test
    void tell_cached_input_from_other_input() throws Exception {
        String ask = ask("gpt-4.1", "").replace("Hello", "a long prompt ".repeat(400));
        simulation.post(PATH, ask, "x-simulate-tag", "cold");
        simulation.post(PATH, ask, "x-simulate-tag", "warm");
        assertThat(simulation.billed("cold").count(Meter.CACHED_INPUT)).isZero();
        assertThat(simulation.billed("warm").count(Meter.CACHED_INPUT)).isEqualTo(1280);
        assertThat(simulation.billed("warm").inputTokens())
                .isEqualTo(simulation.billed("cold").inputTokens());
    }

    @Test
    void count_what_newer_models_write_to_the_cache() throws Exception {
        String ask = ask("gpt-5.6-mini", "").replace("Hello", "another long prompt ".repeat(300));
        simulation.post(PATH, ask, "x-simulate-tag", "written");
        assertThat(simulation.billed("written").count(Meter.CACHE_WRITE)).isEqualTo(1408);
        assertThat(simulation.billed("written").inputTokens()).isEqualTo(1503);
        simulation.post(PATH, ask, "x-simulate-tag", "read");
        assertThat(simulation.billed("read").count(Meter.CACHE_WRITE)).isZero();
        assertThat(simulation.billed("read").count(Meter.CACHED_INPUT)).isEqualTo(1408);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status-429", "status-500", "reset", "not-json", "not-json-200", "empty-body"})
    void are_none_where_nothing_was_generated(String fault) throws Exception {
        try (RawExchange exchange = raw(ask("gpt-4o", ""), fault, "x-simulate-fault: " + fault, "Connection: close")) {
            exchange.readToEnd();
        }
        assertThat(simulation.billed(fault)).isEqualTo(Usage.NONE);
    }

    @Test
    void are_none_for_a_request_that_is_refused() throws Exception {
        simulation.post(PATH, ask("no-such-model", ""), "x-simulate-tag", "refused");
        simulation.post(PATH, "{", "x-simulate-tag", "refused");
        assertThat(simulation.billed("refused")).isEqualTo(Usage.NONE);
        assertThat(simulation.provider().charges().requests("no-such-model")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reset-midstream", "truncate", "error-event", "early-done"})
    void of_a_stream_that_breaks_are_what_was_sent(String fault) throws Exception {
        String ask = ask("gpt-4o", ",\"stream\":true");
        try (RawExchange exchange = raw(ask, fault, "x-simulate-fault: " + fault, "Connection: close")) {
            exchange.readToEnd();
        }
        assertThat(simulation.billed(fault)).isEqualTo(usage(5, 4, 0));
    }

    @Test
    void of_a_stream_that_the_client_leaves_are_what_was_written() throws Exception {
        long cancelled = simulation.provider().charges().cancelled();
        String ask = ask("gpt-4o", ",\"stream\":true");
        try (RawExchange exchange = raw(ask, "left", "x-simulate-words: 5000", "x-simulate-chunk-ms: 5")) {
            exchange.readUntil("\"fox \"");
            assertThat(simulation.provider().charges().open()).isGreaterThan(0);
        }
        await(() -> simulation.provider().charges().cancelled() == cancelled + 1);
        Usage billed = simulation.billed("left");
        assertThat(billed.count(Meter.INPUT)).isEqualTo(5);
        assertThat(billed.count(Meter.OUTPUT)).isBetween(7L, 4999L);
        simulation.post(PATH, ask("gpt-4o", ""));
        assertThat(simulation.billed("left")).isEqualTo(billed);
    }

    @Test
    void stop_growing_when_the_client_does_not_read() throws Exception {
        String ask = ask("gpt-4o", ",\"stream\":true");
        try (RawExchange exchange = raw(ask, "slow", "x-simulate-words: 100000")) {
            exchange.readUntil("\"fox \"");
            long billed = -1;
            while (billed != simulation.billed("slow").count(Meter.OUTPUT)) {
                billed = simulation.billed("slow").count(Meter.OUTPUT);
                simulation.get("/v1/models");
            }
            assertThat(billed).isBetween(7L, 99_000L);
        }
        await(() -> simulation.provider().charges().open() == 0);
    }

    @Test
    void count_a_stalled_request_as_open_and_then_as_cancelled() throws Exception {
        long cancelled = simulation.provider().charges().cancelled();
        try (RawExchange exchange = raw(ask("gpt-4o", ""), "stall", "x-simulate-fault: stall")) {
            assertThat(exchange.isSilent()).isTrue();
            await(() -> simulation.provider().charges().open() == 1);
        }
        await(() -> simulation.provider().charges().open() == 0);
        assertThat(simulation.provider().charges().cancelled()).isEqualTo(cancelled + 1);
        assertThat(simulation.billed("stall")).isEqualTo(Usage.NONE);
    }

    @Test
    void can_be_read_over_http_and_reset() throws Exception {
        simulation.post(PATH, ask("gpt-4o-mini", ""), "x-simulate-tag", "http");
        JsonNode json = Simulation.json(simulation.get("/simulated/charges"));
        assertThat(json.path("open").asLong()).isZero();
        assertThat(json.at("/models/gpt-4o-mini/requests").asLong()).isEqualTo(1);
        assertThat(json.at("/models/gpt-4o-mini/output").asLong()).isEqualTo(15);
        assertThat(json.path("lines"))
                .anyMatch(line -> line.path("tag").asText().equals("http"));

        assertThat(Simulation.json(simulation.delete("/simulated/charges"))
                        .at("/total/requests")
                        .asLong())
                .isZero();
        assertThat(simulation.provider().charges().lines()).isEmpty();
    }

    @Test
    void are_kept_for_a_bounded_number_of_tags() {
        ChargeBook book = new ChargeBook();
        for (int i = 0; i < 10_500; i++) {
            book.billRequest("gpt-4o", "tag " + i);
            book.bill("gpt-4o", "tag " + i, TokenUse.ONE_OUTPUT);
        }
        assertThat(book.snapshot().lines()).hasSize(10_001);
        assertThat(book.snapshot().total().count(Meter.OUTPUT)).isEqualTo(10_500);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(Duration.ofMillis(5));
        }
    }

    private static Usage usage(long input, long output, long reasoning) {
        return Usage.builder()
                .set(Meter.INPUT, input)
                .set(Meter.OUTPUT, output)
                .set(Meter.REASONING, reasoning)
                .build();
    }

    private static String ask(String model, String members) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]" + members + "}";
    }

    private static RawExchange raw(String request, String tag, String... headers) throws Exception {
        String[] all = new String[headers.length + 1];
        all[0] = "x-simulate-tag: " + tag;
        System.arraycopy(headers, 0, all, 1, headers.length);
        return RawExchange.post(simulation.port(), PATH, request, all);
    }
}
