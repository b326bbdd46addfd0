package dev.tollgate.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TenantsTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final Tenants tenants = new Tenants();

    @Test
    void nobody_is_known_at_first() {
        assertThat(tenants.callers()).isNull();
        assertThat(tenants.isBehind(NOON)).isTrue();
    }

    @Test
    void what_is_known_falls_behind_when_nothing_is_read_any_more() {
        Callers callers = new Callers();
        tenants.known(callers, NOON);
        assertThat(tenants.callers()).isSameAs(callers);
        assertThat(tenants.isBehind(NOON.plusSeconds(2))).isFalse();
        assertThat(tenants.isBehind(NOON.plusSeconds(2).plusNanos(1))).isTrue();

        tenants.known(callers, NOON.plusSeconds(9));
        assertThat(tenants.isBehind(NOON.plusSeconds(10))).isFalse();
    }
}
