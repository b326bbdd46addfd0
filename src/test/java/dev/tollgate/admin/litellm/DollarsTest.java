package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DollarsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "12.5, 12500000000",
        "0.1, 100000000",
        "0.000000001, 1",
        "1e-9, 1",
        "1.2500000000000, 1250000000",
        "123456789.123456789, 123456789123456789",
        "1E+3, 1000000000000",
        "1000000000, 1000000000000000000",
    })
    void takes_a_number_by_its_digits(String written, long nanos) {
        assertThat(Dollars.nanos("max_budget", new BigDecimal(written))).isEqualTo(nanos);
    }

    @Test
    void takes_whole_numbers_of_any_type() {
        assertThat(Dollars.nanos("max_budget", 7)).isEqualTo(7_000_000_000L);
        assertThat(Dollars.nanos("max_budget", 7L)).isEqualTo(7_000_000_000L);
        assertThat(Dollars.nanos("max_budget", BigInteger.TWO)).isEqualTo(2_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-0.01", "0.0000000001", "1000000000.000000001", "1e999999999", "1e-999999999", "-1e999999999"})
    void refuses_what_is_negative_too_much_or_too_fine(String written) {
        assertThatThrownBy(() -> Dollars.nanos("soft_budget", new BigDecimal(written)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo("soft_budget"))
                .hasMessageContaining("0 to 1000000000 with at most nine decimals");
    }

    @Test
    void refuses_what_is_no_number() {
        assertThatThrownBy(() -> Dollars.nanos("max_budget", "12.5")).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Dollars.nanos("max_budget", true)).isInstanceOf(Problem.class);
    }
}
