package dev.tollgate.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyUsesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final KeyUses uses = new KeyUses();

    @Test
    void the_latest_use_of_each_key_is_noted_to_the_second() {
        uses.note("key_1", NOON);
        uses.note("key_1", NOON.plusMillis(999));
        uses.note("key_2", NOON.plusMillis(999));
        assertThat(uses.noted()).isEqualTo(Map.of("key_1", NOON, "key_2", NOON.plusMillis(999)));

        uses.note("key_1", NOON.plusMillis(1_000));
        assertThat(uses.noted()).containsEntry("key_1", NOON.plusMillis(1_000));
    }

    @Test
    void what_was_stored_is_forgotten_unless_the_key_was_used_again() {
        uses.note("key_1", NOON);
        uses.note("key_2", NOON);
        Map<String, Instant> stored = uses.noted();
        uses.note("key_1", NOON.plusSeconds(2));
        uses.forget(stored);
        assertThat(uses.noted()).isEqualTo(Map.of("key_1", NOON.plusSeconds(2)));
    }

    @Test
    void what_was_not_stored_is_noted_still() {
        uses.note("key_1", NOON);
        assertThat(uses.noted()).isEqualTo(uses.noted()).isNotEmpty();
    }
}
