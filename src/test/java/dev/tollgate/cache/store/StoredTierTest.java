package dev.tollgate.cache.store;

import static dev.tollgate.cache.TestAnswers.answer;
import static dev.tollgate.cache.TestAnswers.body;
import static dev.tollgate.cache.TestAnswers.key;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier.Holdings;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.Timer;
import dev.tollgate.testkit.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A tier over a store that answers, fails, keeps its answers to itself, or has rubbish. */
class StoredTierTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final CacheKey KEY = key(CacheScope.ofClient("org_1", "cli_1"), "hello");
    private static final int ASKING_MAX = 2;
    private static final int WATCHED = 4;

    private final EntryCodec codec = new EntryCodec(null, 100_000);
    private final Unsteady store = new Unsteady();
    private final Queue<Runnable> due = new ArrayDeque<>();
    private final Timer timer = (_, action) -> {
        due.add(action);
        return () -> due.remove(action);
    };
    private @Nullable EntryCodec known = codec;
    private final StoredTier tier = new StoredTier(store, () -> known, settings(86_400_000), timer, VERTX);

    private static StoredTierSettings settings(long pauseMillis) {
        return new StoredTierSettings(
                20, ASKING_MAX, WATCHED, pauseMillis, 1, 5_000, new WriteBehindSettings(100_000, 10, 100_000, 10));
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static final class Unsteady implements EntryStore {
        private final Map<CacheKey, byte[]> entries = new HashMap<>();
        private final List<Promise<byte @Nullable []>> unanswered = new ArrayList<>();
        private boolean fails;
        private boolean isSilent;
        private boolean knowsNothing;
        private int asked;

        @Override
        public String name() {
            return "unsteady";
        }

        @Override
        public boolean mayHave(CacheKey key) {
            return !knowsNothing;
        }

        @Override
        public Future<byte @Nullable []> read(CacheKey key) {
            asked++;
            if (isSilent) {
                Promise<byte @Nullable []> late = Promise.promise();
                unanswered.add(late);
                return late.future();
            }
            return fails ? Future.failedFuture("connection refused") : Future.succeededFuture(entries.get(key));
        }

        @Override
        public synchronized Future<Void> write(List<Entry> written) {
            if (fails) {
                return Future.failedFuture("connection refused");
            }
            written.forEach(entry -> entries.put(entry.key(), entry.bytes()));
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> remove(CacheKey key) {
            entries.remove(key);
            return Future.succeededFuture();
        }

        @Override
        public Future<Long> drop(CacheSelection selection) {
            return Future.succeededFuture(0L);
        }

        @Override
        public Holdings holdings() {
            return new Holdings(entries.size(), -1, 0);
        }
    }

    private void store(CachedAnswer answer) {
        store.entries.put(KEY, requireNonNull(codec.encode(KEY, answer)));
    }

    private void timeOut() {
        List<Runnable> all = List.copyOf(due);
        due.clear();
        all.forEach(Runnable::run);
    }

    private @Nullable CachedAnswer found() {
        Future<@Nullable CachedAnswer> found = tier.find(KEY);
        Await.until("it is answered", found::isComplete);
        assertThat(found.succeeded()).as("%s", found.cause()).isTrue();
        return found.result();
    }

    private boolean fails() {
        Future<@Nullable CachedAnswer> found = tier.find(KEY);
        Await.until("it is answered", found::isComplete);
        return found.failed();
    }

    @Test
    void what_is_stored_is_found() {
        store(answer("hi"));
        assertThat(body(requireNonNull(found()))).isEqualTo("hi");
    }

    @Test
    void a_long_entry_is_found_too() {
        String noise = new Random(3)
                .ints(60_000, 33, 127)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        store(answer(noise));
        assertThat(body(requireNonNull(found()))).isEqualTo(noise);
    }

    @Test
    void a_store_that_is_known_not_to_have_it_is_not_asked() {
        store.knowsNothing = true;
        assertThat(found()).isNull();
        assertThat(store.asked).isZero();
        assertThat(tier.counts().spared()).isEqualTo(1);
    }

    @Test
    void rubbish_is_counted_and_removed_and_was_never_there() {
        store.entries.put(KEY, new byte[] {'T', 1, 0, 1, 2, 3, 4, 5});
        assertThat(found()).isNull();
        assertThat(store.entries).isEmpty();
        assertThat(tier.counts().unreadable()).isEqualTo(1);
    }

    @Test
    void nobody_waits_for_a_silent_store_and_what_it_says_late_is_not_heard() {
        store.isSilent = true;
        Future<@Nullable CachedAnswer> asked = tier.find(KEY);
        assertThat(asked.isComplete()).isFalse();
        timeOut();
        assertThat(asked.failed()).isTrue();
        store.unanswered.forEach(promise -> promise.complete(null));
        assertThat(asked.failed()).isTrue();
    }

    @Test
    void a_silent_store_has_only_so_many_questions_to_answer() {
        store.isSilent = true;
        for (int i = 0; i < 10; i++) {
            tier.find(KEY);
        }
        assertThat(store.asked).isEqualTo(ASKING_MAX);
        assertThat(tier.counts().crowded()).isEqualTo(8);
        store.isSilent = false;
        store.unanswered.forEach(promise -> promise.complete(null));
        store(answer("hi"));
        assertThat(found()).isNotNull();
    }

    @Test
    void one_that_fails_again_and_again_is_asked_no_more() {
        store.fails = true;
        for (int i = 0; i < WATCHED; i++) {
            assertThat(fails()).isTrue();
        }
        assertThat(tier.isGivenUp()).isTrue();
        int asked = store.asked;
        assertThat(fails()).isTrue();
        assertThat(store.asked).isEqualTo(asked);
    }

    @Test
    void one_that_is_back_is_asked_again() {
        StoredTier soon = new StoredTier(store, () -> codec, settings(1), timer, VERTX);
        store.fails = true;
        Await.until("it is given up", () -> {
            soon.find(KEY);
            return soon.isGivenUp();
        });
        store.fails = false;
        store(answer("hi"));
        Await.until("it is found", () -> {
            Future<@Nullable CachedAnswer> found = soon.find(KEY);
            return found.succeeded() && found.result() != null && !soon.isGivenUp();
        });
    }

    @Test
    void what_is_kept_is_written_behind_and_what_the_store_does_not_take_is_lost_and_counted() {
        tier.keep(KEY, answer("hi"));
        assertThat(store.entries).isEmpty();
        timeOut();
        Await.until("it is written", () -> tier.counts().waitingBytes() == 0);
        assertThat(body(requireNonNull(found()))).isEqualTo("hi");
        store.fails = true;
        tier.keep(KEY, answer("there"));
        timeOut();
        Await.until("it is lost", () -> tier.counts().lost() == 1);
    }

    @Test
    void nothing_is_found_or_kept_as_long_as_the_key_of_entries_is_not_known() {
        store(answer("hi"));
        known = null;
        assertThat(found()).isNull();
        tier.keep(KEY, answer("there"));
        timeOut();
        assertThat(tier.counts().lost()).isEqualTo(1);
        known = codec;
        assertThat(body(requireNonNull(found()))).isEqualTo("hi");
    }
}
