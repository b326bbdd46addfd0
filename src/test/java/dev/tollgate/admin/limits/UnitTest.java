package dev.tollgate.admin.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitTest {
    @ParameterizedTest
    @CsvSource({
        "MONEY, 12.5, 12500000000",
        "MONEY, 0.000000001, 1",
        "PERCENT, 10, 1000",
        "PERCENT, 2.5, 250",
        "PERCENT, 0.01, 1",
        "FACTOR, 1, 1000",
        "FACTOR, 0.125, 125",
        "FACTOR, 1000, 1000000"
    })
    void what_is_told_as_text_is_read_as_it_is_told(Unit unit, String text, long amount) {
        assertThat(unit.read("amount", text)).isEqualTo(amount);
        assertThat(unit.show(amount)).isEqualTo(text);
    }

    @Test
    void what_is_counted_is_a_whole_number() {
        assertThat(Unit.COUNT.read("amount", 7)).isEqualTo(7);
        assertThat(Unit.COUNT.read("amount", 7_000_000_000L)).isEqualTo(7_000_000_000L);
        assertThat(Unit.COUNT.show(7)).isEqualTo(7L);
        for (Object wrong : new Object[] {"7", new BigDecimal("7.0"), BigInteger.TWO.pow(64), true, List.of()}) {
            assertThatThrownBy(() -> Unit.COUNT.read("amount", wrong))
                    .isInstanceOf(Problem.class)
                    .hasMessage("amount: expected: a whole number");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1e3", "1.0000000001", "99999999999", "1,5", " 1"})
    void money_is_a_decimal_of_nine_digits_at_most(String text) {
        assertThatThrownBy(() -> Unit.MONEY.read("amount", text)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Unit.MONEY.read("amount", 12)).isInstanceOf(Problem.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.234", "1000", "10%"})
    void a_share_is_a_percentage_of_two_decimals_at_most(String text) {
        assertThatThrownBy(() -> Unit.PERCENT.read("amount", text)).isInstanceOf(Problem.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.2345", "10000.5.1", "1e3", "x1.5"})
    void a_factor_is_a_decimal_of_three_decimals_at_most(String text) {
        assertThatThrownBy(() -> Unit.FACTOR.read("multiplier", text)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Unit.FACTOR.read("multiplier", 2)).isInstanceOf(Problem.class);
    }

    @Test
    void only_money_has_a_currency() {
        Unit.MONEY.mustBe("USD");
        Unit.COUNT.mustBe(null);
        assertThatThrownBy(() -> Unit.MONEY.mustBe("EUR")).hasMessageContaining("expected: USD");
        assertThatThrownBy(() -> Unit.COUNT.mustBe("USD")).hasMessageContaining("expected: none");
    }
}
