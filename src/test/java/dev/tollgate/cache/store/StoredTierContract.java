package dev.tollgate.cache.store;

import static dev.tollgate.cache.TestAnswers.answer;
import static dev.tollgate.cache.TestAnswers.body;
import static dev.tollgate.cache.TestAnswers.key;
import static dev.tollgate.cache.TestAnswers.streamed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Seeds;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every tier outside of memory does. It is given the time that it takes to write. */
public abstract class StoredTierContract {
    protected static final CacheScope SCOPE = CacheScope.ofClient("org_1", "cli_1");

    private static final List<CacheScope> SCOPES = List.of(
            SCOPE,
            CacheScope.ofClient("org_1", null),
            CacheScope.ofClient("org_1", "cli_11"),
            CacheScope.ofOrganization("org_1"),
            CacheScope.ofOrganization("org_11"),
            CacheScope.ofClient("org_11", "cli_1"),
            CacheScope.ofPool("org_1"),
            CacheScope.ofPool("common"));

    private int settled;

    /** An empty tier, the same one throughout a test. */
    protected abstract CacheTier tier();

    @Test
    void an_answer_is_found_as_it_was_kept() {
        CachedAnswer kept = answer("{\"choices\":[{\"message\":{\"content\":\"Grüße, 世界\"}}]}");
        keep(key(SCOPE, "hello"), kept);
        assertThat(find(key(SCOPE, "hello"))).usingRecursiveComparison().isEqualTo(kept);
    }

    @Test
    void a_stream_is_found_with_its_chunks() {
        CachedAnswer kept = streamed("data: {}\n\ndata: {}\n\ndata: [DONE]\n\n", 10, 20, 34);
        keep(key(SCOPE, "hello"), kept);
        assertThat(find(key(SCOPE, "hello"))).usingRecursiveComparison().isEqualTo(kept);
    }

    @Test
    void a_huge_answer_is_found_or_not_kept_and_others_are() {
        keep(key(SCOPE, "huge"), answer(noise(3_000_000)));
        keep(key(SCOPE, "small"), answer("small"));
        CachedAnswer huge = find(key(SCOPE, "huge"));
        assertThat(huge == null || body(huge).length() == 3_000_000).isTrue();
        assertThat(body(requireNonNull(find(key(SCOPE, "small"))))).isEqualTo("small");
    }

    @Test
    void what_was_not_kept_is_not_found() {
        keep(key(SCOPE, "hello"), answer("hi"));
        assertThat(find(key(SCOPE, "hello!"))).isNull();
    }

    @Test
    void the_last_answer_for_a_key_is_the_one() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("first"));
        keep(key, answer("second"));
        assertThat(body(requireNonNull(find(key)))).isEqualTo("second");
    }

    /** As if digests did not tell scopes apart: the tier still does. */
    @Test
    void scopes_never_see_one_another_even_with_the_same_digest() {
        for (int kept = 0; kept < SCOPES.size(); kept++) {
            keep(key(SCOPES.get(kept), "same"), answer("of " + SCOPES.get(kept)));
            for (int asked = 0; asked < SCOPES.size(); asked++) {
                CachedAnswer found = find(key(SCOPES.get(asked), "same"));
                if (asked <= kept) {
                    assertThat(body(requireNonNull(found))).isEqualTo("of " + SCOPES.get(asked));
                } else {
                    assertThat(found).isNull();
                }
            }
        }
    }

    @Test
    void no_sequence_of_requests_gives_a_tenant_the_answer_of_another() {
        Seeds.each(5, random -> {
            Map<CacheKey, String> kept = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                CacheScope scope = SCOPES.get(random.nextInt(SCOPES.size()));
                CacheKey key = key(scope, "request " + random.nextInt(4));
                if (random.nextBoolean()) {
                    String body = scope + " " + random.nextLong();
                    tier().keep(key, answer(body));
                    kept.put(key, body);
                } else {
                    CachedAnswer found = find(key);
                    assertThat(found == null || body(found).startsWith(scope + " "))
                            .as("%s found %s", scope, found == null ? null : body(found))
                            .isTrue();
                }
            }
            settle();
            kept.forEach(
                    (key, body) -> assertThat(body(requireNonNull(find(key)))).isEqualTo(body));
            drop(CacheSelection.ALL);
        });
    }

    private record Meant(String what, CacheSelection selection, List<String> dropped) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Meant> selections() {
        return Stream.of(
                new Meant("everything", CacheSelection.ALL, List.of("client", "organization", "pool", "other", "old")),
                new Meant(
                        "an organization",
                        new CacheSelection("org_1", null, null, null, null, null, null),
                        List.of("client", "organization", "pool", "old")),
                new Meant(
                        "a client",
                        new CacheSelection("org_1", "cli_1", null, null, null, null, null),
                        List.of("client", "old")),
                new Meant("a pool", new CacheSelection(null, null, "common", null, null, null, null), List.of("pool")),
                new Meant(
                        "a route",
                        new CacheSelection(null, null, null, "writer", null, null, null),
                        List.of("organization")),
                new Meant(
                        "a model as asked",
                        new CacheSelection(null, null, null, null, "writer", null, null),
                        List.of("organization")),
                new Meant(
                        "a model as run",
                        new CacheSelection(null, null, null, null, "gpt-5", null, null),
                        List.of("other")),
                new Meant(
                        "a model as served",
                        new CacheSelection("org_2", null, null, null, "gpt-5-2024-07-18", null, null),
                        List.of("other")),
                new Meant(
                        "an age",
                        new CacheSelection(null, null, null, null, null, System.currentTimeMillis() - 1_000_000, null),
                        List.of("old")),
                new Meant(
                        "a key",
                        new CacheSelection(
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                key(CacheScope.ofPool("common"), "pool").hex()),
                        List.of("pool")),
                new Meant(
                        "nobody's", new CacheSelection("org_1", "cli_1", null, "writer", null, null, null), List.of()));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void what_is_dropped_is_gone_and_nothing_else(Meant meant) {
        long now = System.currentTimeMillis();
        Map<String, CacheKey> keys = Map.of(
                "client", key(SCOPE, "client"),
                "organization", key(CacheScope.ofOrganization("org_1"), "organization"),
                "pool", key(CacheScope.ofPool("common"), "pool"),
                "other", key(CacheScope.ofClient("org_2", "cli_2"), "other"),
                "old", key(SCOPE, "old"));
        keepNamed(keys, "client", "org_1", "support", "gpt-4o-mini", now);
        keepNamed(keys, "organization", "org_1", "writer", "gpt-4o-mini", now);
        keepNamed(keys, "pool", "org_1", "support", "gpt-4o-mini", now);
        keepNamed(keys, "other", "org_2", "support", "gpt-5", now);
        keepNamed(keys, "old", "org_1", "support", "gpt-4o-mini", now - 2_000_000);
        settle();
        assertThat(drop(meant.selection())).isEqualTo(meant.dropped().size());
        List<String> gone = new ArrayList<>();
        keys.forEach((name, key) -> {
            if (find(key) == null) {
                gone.add(name);
            }
        });
        assertThat(gone).containsExactlyInAnyOrderElementsOf(meant.dropped());
    }

    private void keepNamed(
            Map<String, CacheKey> keys, String name, String organization, String route, String model, long storedAt) {
        tier().keep(requireNonNull(keys.get(name)), answer(organization, route, model, name, storedAt));
    }

    protected final void keep(CacheKey key, CachedAnswer answer) {
        tier().keep(key, answer);
        settle();
    }

    /** What was kept before is found now. Each answer that says so is dropped again. */
    protected final void settle() {
        CacheKey last = key(CacheScope.ofOrganization("settling"), "last " + settled++);
        tier().keep(last, answer("settling", "r", "m", "last", System.currentTimeMillis()));
        Await.until("what was kept is found", () -> find(last) != null);
        drop(new CacheSelection("settling", null, null, null, null, null, null));
    }

    protected final @Nullable CachedAnswer find(CacheKey key) {
        return await(tier().find(key));
    }

    protected final long drop(CacheSelection selection) {
        return await(tier().drop(selection));
    }

    protected static <T extends @Nullable Object> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Text that nothing makes shorter. */
    protected static String noise(int length) {
        return new Random(7)
                .ints(length, 33, 127)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
