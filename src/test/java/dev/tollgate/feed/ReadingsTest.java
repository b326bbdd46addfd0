package dev.tollgate.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    private final List<Promise<Integer>> begun = new ArrayList<>();
    private final Readings readings = new Readings(() -> {
        Promise<Integer> reading = Promise.promise();
        begun.add(reading);
        return reading.future();
    });

    @Test
    void begin_at_once_where_none_is_under_way() {
        Future<Integer> first = readings.next();
        assertThat(readings.isUnderWay()).isTrue();
        begun.getFirst().complete(7);
        assertThat(first.result()).isEqualTo(7);
        assertThat(readings.isUnderWay()).isFalse();
    }

    @Test
    void are_one_at_a_time_and_whoever_comes_meanwhile_shares_the_next() {
        Future<Integer> first = readings.next();
        Future<Integer> second = readings.next();
        Future<Integer> third = readings.next();
        assertThat(begun).hasSize(1);

        begun.getFirst().complete(1);
        assertThat(first.result()).isEqualTo(1);
        assertThat(second.isComplete()).as("began before this call").isFalse();
        assertThat(begun).hasSize(2);

        begun.get(1).complete(2);
        assertThat(second.result()).isEqualTo(2);
        assertThat(third.result()).isEqualTo(2);
        assertThat(begun).hasSize(2);
    }

    @Test
    void go_on_after_one_that_failed() {
        Future<Integer> first = readings.next();
        Future<Integer> second = readings.next();
        begun.getFirst().fail("no database");
        assertThat(first.failed()).isTrue();
        begun.get(1).complete(3);
        assertThat(second.result()).isEqualTo(3);
    }
}
