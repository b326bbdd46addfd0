package dev.tollgate.gateway;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Certainty;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.pricing.CostLine;
import dev.tollgate.wire.Work;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A request that reads a thousand tokens and answers with 500, at a nanodollar each. */
class OutputWantTest {
    private static final long READ = 1_000;
    private static final long OUTPUT = 500;
    private static final long LEAST = 256;
    private static final long NANO_EACH = 1_000_000;

    @ParameterizedTest
    @CsvSource(textBlock = """
            # measure,     room,  calls, cap
            CHARGE,        17499,    15, 500
            CHARGE,        10600,     9, 500
            CHARGE,        10500,     9, 500
            CHARGE,        10499,     8, 500
            CHARGE,         2500,     1, 500
            CHARGE,         2499,     1, 499
            CHARGE,         2256,     1, 256
            TOKENS,         5500,     4, 500
            PROVIDER_COST,  3500,     2, 500
            INPUT_TOKENS,   5000,     4, 500
            OUTPUT_TOKENS,   300,     1, 300
            """)
    void is_fitted_by_fewer_calls_of_tools_and_then_by_less_output(Measure measure, long room, long calls, long cap) {
        OutputWant fitted = requireNonNull(withTools(16, LEAST).fitted(measure, room));
        assertThat(fitted.tools().most()).isEqualTo(calls);
        assertThat(fitted.bound().outputCap()).isEqualTo(cap);
        assertThat(fitted.isCapped()).isEqualTo(cap < OUTPUT);
        assertThat(fitted.most().of(measure)).isLessThanOrEqualTo(room);
    }

    @ParameterizedTest
    @CsvSource({"CHARGE, 2255", "INPUT_TOKENS, 1999", "OUTPUT_TOKENS, 255", "REQUESTS, 0"})
    void is_of_no_use_with_less_than_a_call_and_the_least_output(Measure measure, long room) {
        assertThat(withTools(16, LEAST).fitted(measure, room)).isNull();
    }

    @Test
    void stays_as_it_is_where_nothing_may_be_capped() {
        assertThat(withTools(16, Long.MAX_VALUE).fitted(Measure.CHARGE, 10_000)).isNull();
    }

    @Test
    void keeps_the_cap_of_its_output_when_it_gets_fewer_calls() {
        OutputWant fitted = requireNonNull(withTools(16, LEAST).cappedAt(300).fitted(Measure.CHARGE, 10_300));
        assertThat(fitted.tools().most()).isEqualTo(9);
        assertThat(fitted.bound().outputCap()).isEqualTo(300);
        assertThat(fitted.isCapped()).isTrue();
    }

    @Test
    void of_a_request_without_tools_is_fitted_by_its_output_alone() {
        OutputWant want = OutputWant.of(bound(0), ToolCalls.NONE, LEAST);
        OutputWant fitted = requireNonNull(want.fitted(Measure.CHARGE, 1_400));
        assertThat(fitted.bound().outputCap()).isEqualTo(400);
        assertThat(want.fitted(Measure.CHARGE, 1_255)).isNull();
    }

    private static OutputWant withTools(long calls, long leastOutput) {
        ToolCalls tools = new ToolCalls(calls, OutputWantTest::bound);
        return OutputWant.of(tools.bound(), tools, leastOutput);
    }

    private static Bound bound(long calls) {
        long input = (calls + 1) * READ;
        CostLine line = CostLine.FREE.plus(input, NANO_EACH).perToken(NANO_EACH);
        Bound.Output output = new Bound.Output(0, 1, OUTPUT, Work.Cap.MAX_OUTPUT_TOKENS);
        return new Bound(Certainty.MODELLED, "", input, output, line, line);
    }
}
