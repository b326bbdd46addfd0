package dev.tollgate.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();

    @Test
    void draining_waits_for_the_last_request() {
        inFlight.tryBegin();
        inFlight.tryBegin();
        Future<Void> drained = inFlight.drain();

        inFlight.end();
        assertThat(drained.isComplete()).isFalse();
        inFlight.end();
        assertThat(drained.succeeded()).isTrue();
    }

    @Test
    void draining_nothing_is_done_at_once() {
        assertThat(inFlight.drain().succeeded()).isTrue();
        assertThat(inFlight.isDraining()).isTrue();
    }

    @Test
    void requests_are_still_served_while_draining() {
        inFlight.drain();
        assertThat(inFlight.tryBegin()).isTrue();
        assertThat(inFlight.count()).isEqualTo(1);
    }

    @Test
    void requests_are_refused_once_closed_and_those_under_way_are_waited_for() {
        inFlight.drain();
        inFlight.tryBegin();
        Future<Void> idle = inFlight.close();

        assertThat(inFlight.tryBegin()).isFalse();
        assertThat(idle.isComplete()).isFalse();
        inFlight.end();
        assertThat(idle.succeeded()).isTrue();
        assertThat(inFlight.count()).isZero();
    }
}
