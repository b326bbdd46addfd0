package dev.tollgate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyTest {
    @ParameterizedTest(name = "{0} dollars are {1} nanodollars")
    @CsvSource({
        "0, 0",
        "1, 1000000000",
        "12.50, 12500000000",
        "0.000000001, 1",
        "-0.25, -250000000",
        "9223372036.854775807, 9223372036854775807",
        "-9223372036.854775808, -9223372036854775808",
    })
    void dollars_are_read_exactly(String dollars, long nanos) {
        assertThat(Money.dollars(dollars)).isEqualTo(new Money(nanos));
    }

    @ParameterizedTest(name = "[{0}] is refused")
    @ValueSource(
            strings = {
                "",
                " ",
                "1 ",
                "abc",
                "NaN",
                "Infinity",
                "+1",
                "1.",
                ".5",
                "1,5",
                "0x10",
                "1e3",
                "1e999999999",
                "--1",
                "١",
                "0.0000000001",
                "1.0000000000",
                "9223372036.854775808",
                "99999999999"
            })
    void what_is_not_a_decimal_of_at_most_nine_decimals_is_refused(String dollars) {
        assertThatThrownBy(() -> Money.dollars(dollars))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dollars: " + dollars + " (expected: ");
    }

    @ParameterizedTest(name = "{0} nanodollars are written as {1}")
    @CsvSource({
        "0, 0",
        "1, 0.000000001",
        "187500, 0.0001875",
        "1000000000, 1",
        "120000000000, 120",
        "-500000000, -0.5",
        "9223372036854775807, 9223372036.854775807",
    })
    void dollars_are_written_plainly_and_read_back_the_same(long nanos, String dollars) {
        Money money = new Money(nanos);
        assertThat(money.toDollars()).isEqualTo(dollars);
        assertThat(money).hasToString("$" + dollars);
        assertThat(Money.dollars(money.toDollars())).isEqualTo(money);
    }

    @Test
    void sums_and_differences_are_exact() {
        assertThat(Money.dollars("0.1").plus(Money.dollars("0.2"))).isEqualTo(Money.dollars("0.3"));
        assertThat(Money.dollars("0.3").minus(Money.dollars("0.4"))).isEqualTo(Money.dollars("-0.1"));
    }

    @Test
    void a_sum_beyond_the_range_throws_instead_of_wrapping() {
        Money most = new Money(Long.MAX_VALUE);
        Money least = new Money(Long.MIN_VALUE);
        Money one = new Money(1);
        assertThatThrownBy(() -> most.plus(one)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> least.minus(one)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void money_is_ordered_by_amount() {
        assertThat(Money.dollars("-1")).isLessThan(Money.ZERO);
        assertThat(Money.dollars("2")).isGreaterThan(Money.dollars("1.999999999"));
    }
}
