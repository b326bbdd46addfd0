package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.ledger.journal.Ticket;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.testkit.Entries;
import dev.tollgate.wire.openai.ApiPath;
import dev.tollgate.wire.openai.RequestReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests on one event loop; what is below the stage is played by the test. */
class ShareCallTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String STREAM = ",\"stream\":true";
    private static final String WITHOUT_KEY = " ";

    /** Tasks that lead to tasks end sooner than that. */
    private static final int TURNS = 50;

    @TempDir
    Path folder;

    private final Context context = VERTX.getOrCreateContext();
    private final CallsInFlight inFlight = new CallsInFlight(100_000);
    private final ShareCall stage = new ShareCall(inFlight, context, TimeUnit.SECONDS.toNanos(60));
    private final List<Asking> calls = new ArrayList<>();
    private @Nullable Lane lane;
    private int count;

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** A request, what becomes of it, and the call that it makes, if any. */
    private final class Asking {
        final Exchange exchange;
        final Ticket ticket;
        final Promise<Reply> call = Promise.promise();

        @Nullable
        Future<Reply> reply;

        Asking(String form) {
            exchange = exchange(form);
            ticket = Objects.requireNonNull(lane().admit(exchange.id()));
            exchange.kept(new LastWord(ticket, exchange, _ -> Entries.of(count)));
        }

        Asking begins() {
            on(() -> {
                Future<Reply> answered = stage.handle(exchange, _ -> {
                    calls.add(this);
                    return call.future();
                });
                answered.onComplete(_ -> exchange.booked(Entries.costing(Instant.EPOCH, 1, Outcome.OK)));
                reply = answered;
            });
            return this;
        }

        Future<Reply> reply() {
            return Objects.requireNonNull(reply);
        }

        boolean makesCall() {
            return calls.contains(this);
        }

        void answers(int status, String body) {
            MultiMap headers = HttpHeaders.headers()
                    .set(HttpHeaders.CONTENT_TYPE, "application/json")
                    .set("x-of-this-call", "alone");
            on(() -> call.complete(new Reply.Whole(status, headers, Buffer.buffer(body))));
        }

        void fails(ProblemCode code) {
            on(() -> call.fail(new Problem(code, "It failed.")));
        }

        void leaves() {
            on(exchange::clientGone);
        }

        String text() {
            return ((Reply.Whole) reply().result()).body().toString();
        }

        ProblemCode problem() {
            return ((Problem) reply().cause()).code();
        }
    }

    @Test
    void what_may_not_be_shared_passes() {
        Asking first = new Asking(WITHOUT_KEY).begins();
        Asking second = new Asking(WITHOUT_KEY).begins();

        assertThat(calls).containsExactly(first, second);
        assertThat(inFlight.size()).isZero();
    }

    @Test
    void an_answer_goes_to_all_and_one_has_paid_for_it() {
        Asking leader = asks();
        Asking follower = asks();
        assertThat(calls).containsExactly(leader);

        leader.answers(200, "{\"yes\":1}");

        assertThat(leader.text()).isEqualTo(follower.text()).isEqualTo("{\"yes\":1}");
        assertThat(follower.reply().result().headers().get(HttpHeaders.CONTENT_TYPE))
                .isEqualTo("application/json");
        assertThat(follower.reply().result().headers().contains("x-of-this-call"))
                .isFalse();
        assertThat(leader.exchange.reuseOrNull()).isNull();
        Reuse reuse = Objects.requireNonNull(follower.exchange.reuseOrNull());
        assertThat(reuse.outcome()).isEqualTo(Outcome.COALESCED);
        assertThat(reuse.saved()).isEqualTo(new Money(1_001));
        assertThat(follower.exchange.cacheStatus()).isEqualTo(CacheStatus.HIT_COALESCED);
        assertThat(inFlight.size()).isZero();
    }

    @Test
    void requests_share_a_call_only_with_their_like() {
        Asking whole = asks();
        Asking streamed = new Asking(STREAM).begins();
        Asking withUsage = new Asking(STREAM + ",\"stream_options\":{\"include_usage\":true}").begins();

        assertThat(calls).containsExactly(whole, streamed, withUsage);
    }

    @Test
    void an_error_of_the_request_goes_to_all() {
        Asking leader = asks();
        Asking follower = asks();

        leader.answers(400, "{\"error\":{}}");

        assertThat(calls).containsExactly(leader);
        assertThat(follower.reply().result().status()).isEqualTo(400);
        assertThat(follower.text()).isEqualTo("{\"error\":{}}");
    }

    @Test
    void the_next_one_makes_the_call_where_the_provider_has_failed() {
        Asking leader = asks();
        Asking second = asks();
        Asking third = asks();

        leader.answers(503, "{}");
        assertThat(leader.reply().result().status()).isEqualTo(503);
        assertThat(calls).containsExactly(leader, second);

        second.fails(ProblemCode.UPSTREAM_UNREACHABLE);
        assertThat(second.problem()).isEqualTo(ProblemCode.UPSTREAM_UNREACHABLE);
        assertThat(calls).containsExactly(leader, second, third);

        third.answers(200, "{}");
        assertThat(third.reply().result().status()).isEqualTo(200);
    }

    @Test
    void an_outage_costs_some_calls_and_not_as_many_as_there_are_requests() {
        List<Asking> all = stampede(100);

        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).fails(ProblemCode.UPSTREAM_TIMEOUT);
        }

        assertThat(calls).hasSize(4);
        assertThat(all).allMatch(each -> each.reply().failed() && each.problem() == ProblemCode.UPSTREAM_TIMEOUT);
    }

    @Test
    void nobody_is_refused_for_want_of_anothers_money() {
        List<Asking> all = stampede(10);

        for (int i = 0; i < calls.size(); i++) {
            if (i < 9) {
                calls.get(i).fails(ProblemCode.BUDGET_EXCEEDED);
            }
        }

        assertThat(calls).containsExactlyElementsOf(all);
        all.getLast().answers(200, "{}");
        assertThat(all.getLast().text()).isEqualTo("{}");
    }

    @Test
    void a_capped_answer_is_for_its_caller_alone_and_nobody_waits_for_it() {
        Asking leader = asks();
        Asking second = asks();
        Asking third = asks();

        on(leader.exchange::isCapped);
        assertThat(calls).containsExactly(leader, second);

        second.answers(200, "{\"whole\":1}");
        leader.answers(200, "{\"short\":1}");
        assertThat(third.text()).isEqualTo(second.text()).isEqualTo("{\"whole\":1}");
        assertThat(leader.text()).isEqualTo("{\"short\":1}");
    }

    @Test
    void who_pays_may_leave_as_long_as_somebody_listens() {
        Asking leader = asks();
        Asking follower = asks();

        leader.leaves();
        assertThat(leader.exchange.isClientGone()).isFalse();
        assertThat(leader.exchange.hasClientLeft()).isTrue();

        leader.answers(200, "{}");
        assertThat(follower.text()).isEqualTo("{}");
    }

    @Test
    void the_last_one_to_leave_ends_the_call() {
        Asking leader = asks();
        Asking follower = asks();
        List<String> ended = new ArrayList<>();
        on(() -> leader.exchange.onClientGone(() -> ended.add("ended")));

        leader.leaves();
        assertThat(ended).isEmpty();

        follower.leaves();
        assertThat(ended).containsExactly("ended");
        assertThat(leader.exchange.isClientGone()).isTrue();
        assertThat(follower.reply().failed()).isTrue();
        assertThat(asks().makesCall()).isTrue();
    }

    @Test
    void who_has_paid_alone_for_a_capped_answer_ends_the_call_by_leaving() {
        Asking leader = asks();
        asks();
        on(leader.exchange::isCapped);

        leader.leaves();

        assertThat(leader.exchange.isClientGone()).isTrue();
    }

    @Test
    void who_left_before_their_turn_is_passed_over() {
        Asking leader = asks();
        Asking second = asks();
        Asking third = asks();

        second.leaves();
        leader.fails(ProblemCode.UPSTREAM_CUT_OFF);

        assertThat(calls).containsExactly(leader, third);
        assertThat(second.reply().failed()).isTrue();
    }

    @Test
    void whose_time_is_over_stops_waiting() {
        asks();
        Asking follower = asks();

        on(() -> follower.exchange.cut(ProblemCode.DEADLINE_EXCEEDED, "had not answered in time"));

        assertThat(follower.problem()).isEqualTo(ProblemCode.DEADLINE_EXCEEDED);
    }

    @Test
    void who_waits_stands_in_the_journal() {
        asks();
        Asking follower = asks();

        assertThat(follower.ticket.hasGuess()).isTrue();
    }

    private Asking asks() {
        return new Asking("").begins();
    }

    private List<Asking> stampede(int size) {
        return IntStream.range(0, size).mapToObj(_ -> asks()).toList();
    }

    private Exchange exchange(String form) {
        HttpServerRequest request = (HttpServerRequest) Proxy.newProxyInstance(
                ShareCallTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (_, called, _) -> switch (called.getName()) {
                    case "headers" -> HttpHeaders.headers();
                    default -> throw new UnsupportedOperationException(called.getName());
                });
        ApiPath path = ApiPath.of("POST", "/v1/chat/completions");
        RequestId id = new RequestId(new UUID(0, ++count));
        Exchange exchange = new Exchange(id, System.nanoTime(), request, path, new Deadlines(VERTX, () -> 0));
        exchange.identified(Caller.of("org_a", "key_a"));
        byte[] bytes = ("{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + form + "}")
                .getBytes(UTF_8);
        exchange.read(RequestReader.read(path.operation(), bytes, 0, bytes.length, null));
        if (!form.equals(WITHOUT_KEY)) {
            exchange.mayShare(new CacheKey(CacheScope.ofOrganization("org_a"), new byte[CacheKey.DIGEST_BYTES]));
        }
        return exchange;
    }

    private Lane lane() {
        if (lane == null) {
            lane = Journal.open(
                            new JournalSettings(folder, 1 << 20, 1 << 24, Duration.ofDays(1), /* synced= */ false),
                            /* lanes= */ 1,
                            () -> Instant.EPOCH,
                            () -> new UUID(0, 0))
                    .lanes()
                    .getFirst();
        }
        return lane;
    }

    /** Does something on the event loop, and waits until all that follows from it is done. */
    private void on(Runnable action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(_ -> {
            try {
                action.run();
                afterTurns(TURNS, done);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        done.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private void afterTurns(int turns, CompletableFuture<Void> done) {
        if (turns == 0) {
            done.complete(null);
        } else {
            context.runOnContext(_ -> afterTurns(turns - 1, done));
        }
    }
}
