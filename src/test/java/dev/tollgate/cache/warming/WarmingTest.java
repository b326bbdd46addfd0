package dev.tollgate.cache.warming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tollgate.cache.warming.Asker.Request;
import dev.tollgate.cache.warming.Asker.Told;
import dev.tollgate.cache.warming.Warming.State;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WarmingTest {
    private static final Told CENT = new Told(true, "miss", Money.dollars("0.01"));

    private final Warmings warmings = new Warmings();
    private final List<Promise<Told>> asked = new ArrayList<>();
    private final InstantSource clock = Clock.systemUTC();

    private Warming begin(String id, String budget, int requests) {
        List<Request> all = IntStream.range(0, requests)
                .mapToObj(i -> new Request("/v1/chat/completions", "{\"n\":" + i + "}"))
                .toList();
        Warming warming = new Warming(id, "org_1", "sk-tg-x", all, Money.dollars(budget), this::ask, clock);
        warmings.begin(warming);
        return warming;
    }

    private Future<Told> ask(String key, Request request) {
        assertThat(key).isEqualTo("sk-tg-x");
        asked.add(Promise.promise());
        return asked.getLast().future();
    }

    @Test
    void requests_are_sent_one_after_the_other_and_counted_by_what_came_of_them() {
        Warming warming = begin("wrm_1", "1", 5);
        assertThat(asked).hasSize(1);
        asked.get(0).complete(CENT);
        asked.get(1).complete(new Told(true, "hit-exact", Money.ZERO));
        asked.get(2).complete(new Told(true, "bypass", Money.dollars("0.02")));
        asked.get(3).complete(new Told(false, "miss", Money.ZERO));
        assertThat(warming.progress().state()).isEqualTo(State.RUNNING);
        asked.get(4).fail("connection refused");
        Warming.Progress progress = warming.progress();
        assertThat(progress.state()).isEqualTo(State.DONE);
        assertThat(List.of(progress.stored(), progress.known(), progress.uncacheable(), progress.failed()))
                .containsExactly(1, 1, 1, 2);
        assertThat(progress.spent()).isEqualTo(Money.dollars("0.03"));
        assertThat(progress.endedAt()).isNotNull();
    }

    @Test
    void nothing_is_sent_once_the_budget_is_reached() {
        Warming warming = begin("wrm_1", "0.02", 5);
        asked.get(0).complete(CENT);
        asked.get(1).complete(CENT);
        assertThat(asked).hasSize(2);
        assertThat(warming.progress().state()).isEqualTo(State.OUT_OF_BUDGET);
    }

    @Test
    void who_stops_it_has_no_more_sent_and_what_is_under_way_still_counted() {
        Warming warming = begin("wrm_1", "1", 5);
        warming.stop();
        asked.get(0).complete(CENT);
        assertThat(asked).hasSize(1);
        assertThat(warming.progress().state()).isEqualTo(State.STOPPED);
        assertThat(warming.progress().spent()).isEqualTo(Money.dollars("0.01"));
    }

    @Test
    void only_so_many_run_at_once() {
        for (int i = 0; i < 4; i++) {
            begin("wrm_" + i, "1", 1);
        }
        assertThatExceptionOfType(Problem.class).isThrownBy(warmings::mustHaveRoom);
        asked.getFirst().complete(CENT);
        warmings.mustHaveRoom();
        assertThat(warmings.find("wrm_0")).isPresent();
        assertThat(warmings.find("wrm_4")).isEmpty();
    }

    /** Answers that come at once would nest one in the other. */
    @Test
    void many_that_are_answered_at_once_are_all_sent() {
        Warming warming = new Warming(
                "wrm_1",
                "org_1",
                "sk-tg-x",
                IntStream.range(0, 1_000)
                        .mapToObj(i -> new Request("/v1/embeddings", "{}"))
                        .toList(),
                Money.dollars("100"),
                (_, _) -> Future.succeededFuture(CENT),
                clock);
        warmings.begin(warming);
        assertThat(warming.progress().stored()).isEqualTo(1_000);
    }
}
