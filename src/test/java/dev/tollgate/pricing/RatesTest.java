package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    @Nested
    class Rounding {
        /** A token costs 0.333333 nanodollars. */
        private final Rates thirds = rates("input", "0.000333333", "output", "0.000333333");

        @Test
        void a_part_of_a_nanodollar_is_charged_as_a_whole_one() {
            assertThat(nanos(thirds, usage("input", 1))).isEqualTo(1);
        }

        @Test
        void the_sum_is_rounded_not_its_parts() {
            // 0.333333 + 0.333333 = 0.666666, up to 1; rounding each part up would make it 2.
            assertThat(nanos(thirds, usage("input", 1, "output", 1))).isEqualTo(1);
        }

        @Test
        void a_whole_sum_stays_as_it_is() {
            // One token at 0.000333333 and one at 0.000666667 are exactly one nanodollar.
            Rates rates = rates("input", "0.000333333", "output", "0.000666667");
            assertThat(nanos(rates, usage("input", 1, "output", 1))).isEqualTo(1);
        }

        @Test
        void nothing_used_costs_nothing() {
            assertThat(thirds.costRoundedUp(Usage.NONE).money()).isEqualTo(Money.ZERO);
        }
    }

    @Nested
    class Arithmetic {
        @Test
        void cost_agrees_with_unbounded_decimals_for_any_counts_and_prices() {
            Random random = new Random(20261121);
            int saturated = 0;
            int wide = 0;
            for (int i = 0; i < 100_000; i++) {
                Map<Meter, Long> prices = new EnumMap<>(Meter.class);
                Usage.Builder counts = Usage.builder();
                BigDecimal sum = BigDecimal.ZERO;
                for (Meter meter : Meter.values()) {
                    long price = anyMagnitude(random);
                    long count = random.nextInt(3) == 0 ? anyMagnitude(random) : 0;
                    prices.put(meter, price);
                    counts.set(meter, count);
                    sum = sum.add(BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(price)));
                }
                BigDecimal expected = sum.movePointLeft(6).setScale(0, RoundingMode.CEILING);
                boolean beyond = expected.compareTo(MOST) > 0;
                saturated += beyond ? 1 : 0;
                wide += !beyond && sum.compareTo(MOST) > 0 ? 1 : 0;

                Cost cost = Rates.of(prices).costRoundedUp(counts.build());

                assertThat(cost.saturated()).isEqualTo(beyond);
                assertThat(cost.money().nanos()).isEqualTo(expected.min(MOST).longValueExact());
            }
            // All three ways through the arithmetic were taken: within a long, within 128 bits, beyond.
            assertThat(saturated).isBetween(1_000, 99_000);
            assertThat(wide).isBetween(1_000, 99_000);
        }

        @Test
        void the_largest_amount_is_exact_and_the_next_one_saturates() {
            // 9 223 372 036 854 775 807 nanodollars, at one nanodollar a unit.
            Rates oneNano = rates("image", "0.001");
            Cost largest = oneNano.costRoundedUp(usage("image", Long.MAX_VALUE));
            assertThat(largest.money().nanos()).isEqualTo(Long.MAX_VALUE);
            assertThat(largest.isExact()).isTrue();

            Rates oneMore = rates("image", "0.001", "web_search", "0.000000001");
            Cost next = oneMore.costRoundedUp(usage("image", Long.MAX_VALUE, "web_search", 1));
            assertThat(next.money().nanos()).isEqualTo(Long.MAX_VALUE);
            assertThat(next.saturated()).isTrue();
            assertThat(next.isExact()).isFalse();
        }

        @Test
        void the_widest_sum_that_is_divided_at_all_saturates_too() {
            // 2^62 x 3 999 999 + (2^62 - 1) x 1 = 10^6 x 2^64 - 1: divided, one more than 64 bits can hold.
            Rates rates = rates("image", "0.003999999", "web_search", "0.000000001");
            Cost cost = rates.costRoundedUp(usage("image", 1L << 62, "web_search", (1L << 62) - 1));
            assertThat(cost.saturated()).isTrue();
            assertThat(cost.money().nanos()).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        void absurd_counts_on_every_meter_saturate_instead_of_failing() {
            Map<Meter, Long> prices = new EnumMap<>(Meter.class);
            Usage.Builder counts = Usage.builder();
            for (Meter meter : Meter.values()) {
                prices.put(meter, Long.MAX_VALUE);
                counts.set(meter, Long.MAX_VALUE);
            }
            assertThat(Rates.of(prices).costRoundedUp(counts.build()))
                    .isEqualTo(new Cost(new Money(Long.MAX_VALUE), true, Set.of()));
        }

        /** Small, large and huge numbers alike: the number of bits is drawn before the number. */
        private static long anyMagnitude(Random random) {
            return random.nextLong() >>> (1 + random.nextInt(63));
        }
    }

    @Nested
    class UnpricedAndFree {
        @Test
        void a_meter_without_a_price_is_named_and_the_rest_is_priced() {
            Cost cost = rates("input", "1").costRoundedUp(usage("input", 2, "output", 3, "image", 1));
            assertThat(cost.unpriced()).containsExactlyInAnyOrder(Meter.OUTPUT, Meter.IMAGE);
            assertThat(cost.money()).isEqualTo(Money.dollars("0.000002"));
            assertThat(cost.isExact()).isFalse();
        }

        @Test
        void a_meter_without_a_price_that_did_not_move_does_not_matter() {
            assertThat(rates("input", "1").costRoundedUp(usage("input", 2)).isExact())
                    .isTrue();
        }

        @Test
        void a_price_of_zero_is_a_price() {
            Cost cost = rates("input", "0", "output", "0").costRoundedUp(usage("input", 5_000, "output", 1));
            assertThat(cost).isEqualTo(new Cost(Money.ZERO, false, Set.of()));
            assertThat(cost.isExact()).isTrue();
        }

        @Test
        void a_saturated_cost_still_names_what_is_unpriced_behind_it() {
            Cost cost = rates("input", "9000000000").costRoundedUp(usage("input", Long.MAX_VALUE, "web_search", 1));
            assertThat(cost.saturated()).isTrue();
            assertThat(cost.unpriced()).containsExactly(Meter.WEB_SEARCH);
        }
    }

    @Nested
    class Fallback {
        @Test
        void a_meter_without_a_price_costs_what_it_is_priced_as() {
            Rates rates = rates("input", "2", "cache_write", "2.5", "audio_input", "40", "output", "8");
            assertThat(dollarsPerMillion(rates, Meter.CACHED_INPUT)).isEqualTo("2");
            assertThat(dollarsPerMillion(rates, Meter.CACHE_WRITE_LONG)).isEqualTo("2.5");
            assertThat(dollarsPerMillion(rates, Meter.CACHED_AUDIO_INPUT)).isEqualTo("40");
            assertThat(dollarsPerMillion(rates, Meter.CACHED_IMAGE_INPUT)).isEqualTo("2");
            assertThat(dollarsPerMillion(rates, Meter.REASONING)).isEqualTo("8");
            assertThat(rates.price(Meter.SECOND)).isEmpty();
        }

        @Test
        void a_price_of_zero_does_not_fall_back() {
            assertThat(rates("input", "2", "cached_input", "0").price(Meter.CACHED_INPUT))
                    .isEqualTo(OptionalLong.of(0));
        }

        @Test
        void what_a_tier_does_not_state_follows_the_tier() {
            Rates batch = rates("input", "2", "output", "8").with(prices("input", "1", "output", "4"));
            assertThat(dollarsPerMillion(batch, Meter.CACHED_INPUT)).isEqualTo("1");
            assertThat(dollarsPerMillion(batch, Meter.REASONING)).isEqualTo("4");
        }

        @Test
        void what_a_tier_does_not_state_is_never_cheaper_than_the_standard_tier_states_it() {
            Rates standard = rates("input", "2.5", "audio_input", "40", "output", "10", "web_search", "10000");
            Rates batch = standard.with(prices("input", "1.25", "output", "5"));
            assertThat(dollarsPerMillion(batch, Meter.AUDIO_INPUT)).isEqualTo("40");
            assertThat(dollarsPerMillion(batch, Meter.WEB_SEARCH)).isEqualTo("10000");
        }

        @Test
        void what_a_dearer_tier_does_not_state_is_as_dear_as_the_tier() {
            Rates priority = rates("input", "2", "cached_input", "0.5").with(prices("input", "4"));
            assertThat(dollarsPerMillion(priority, Meter.CACHED_INPUT)).isEqualTo("4");
        }
    }

    private static long nanos(Rates rates, Usage usage) {
        return rates.costRoundedUp(usage).money().nanos();
    }

    private static String dollarsPerMillion(Rates rates, Meter meter) {
        return new Money(rates.price(meter).orElseThrow()).toDollars();
    }

    private static Rates rates(String... labelsAndDollars) {
        return Rates.of(prices(labelsAndDollars));
    }

    private static Map<Meter, Long> prices(String... labelsAndDollars) {
        Map<Meter, Long> prices = new HashMap<>();
        for (int i = 0; i < labelsAndDollars.length; i += 2) {
            prices.put(Meter.ofLabel(labelsAndDollars[i]), Money.nanosOf(labelsAndDollars[i + 1]));
        }
        return prices;
    }

    private static Usage usage(String label, long count) {
        return Usage.builder().set(Meter.ofLabel(label), count).build();
    }

    private static Usage usage(String label, long count, String label2, long count2) {
        return Usage.builder()
                .set(Meter.ofLabel(label), count)
                .set(Meter.ofLabel(label2), count2)
                .build();
    }

    private static Usage usage(String label, long count, String label2, long count2, String label3, long count3) {
        return Usage.builder()
                .set(Meter.ofLabel(label), count)
                .set(Meter.ofLabel(label2), count2)
                .set(Meter.ofLabel(label3), count3)
                .build();
    }
}
