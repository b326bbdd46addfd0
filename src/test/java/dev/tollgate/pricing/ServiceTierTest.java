package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceTierTest {
    @ParameterizedTest(name = "{0} on the wire is {1}")
    @CsvSource({
        "default, STANDARD",
        "standard, STANDARD",
        "on_demand, STANDARD",
        "auto, STANDARD",
        "scale, STANDARD",
        "batch, BATCH",
        "flex, FLEX",
        "priority, PRIORITY",
        "fast, PRIORITY",
        "ultrafast, ULTRAFAST",
        "warp, OTHER",
        "DEFAULT, OTHER",
        "'', OTHER",
    })
    void a_word_on_the_wire_means_a_tier(String wire, ServiceTier tier) {
        assertThat(ServiceTier.ofWire(wire)).isEqualTo(tier);
    }

    @Test
    void no_word_at_all_means_the_standard_tier() {
        assertThat(ServiceTier.ofWire(null)).isEqualTo(ServiceTier.STANDARD);
    }

    @Test
    void what_is_left_to_the_provider_may_be_served_in_any_tier() {
        assertThat(ServiceTier.mostOfWire("auto")).isEqualTo(ServiceTier.OTHER);
        assertThat(ServiceTier.mostOfWire("flex")).isEqualTo(ServiceTier.FLEX);
        assertThat(ServiceTier.mostOfWire(null)).isEqualTo(ServiceTier.STANDARD);
    }
}
