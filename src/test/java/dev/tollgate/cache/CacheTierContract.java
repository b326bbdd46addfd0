package dev.tollgate.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Seeds;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every tier must do. A test of a tier extends it and says how to make one that is empty. */
public abstract class CacheTierContract {
    /** When all answers here were stored. */
    protected static final long NOW = 1_800_000_000_000L;

    private static final CacheScope ORGANIZATION = CacheScope.ofOrganization("org_1");
    private static final CacheScope CLIENT = CacheScope.ofClient("org_1", "cli_1");
    private static final CacheScope POOL = CacheScope.ofPool("faq");

    private CacheTier tier = new NoTier();

    /** An empty tier, at {@link #NOW}. */
    protected abstract CacheTier empty();

    /** How many answers the test of tenancy asks for; fewer where each takes long. */
    protected int questions() {
        return 3_000;
    }

    @BeforeEach
    void make() {
        tier = empty();
    }

    protected static <T extends @Nullable Object> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    protected static CacheKey key(CacheScope scope, int question) {
        byte[] digest = new byte[CacheKey.DIGEST_BYTES];
        digest[0] = (byte) question;
        digest[31] = (byte) (question >> 8);
        return new CacheKey(scope, digest);
    }

    protected static CachedAnswer answer(String organization, String body) {
        return new CachedAnswer(
                NOW,
                NOW + 3_600_000,
                7,
                new Origin(
                        organization,
                        "chat",
                        "auto",
                        "auto",
                        "gpt-run",
                        "gpt-served",
                        "openai",
                        true,
                        new Money(123),
                        45),
                Content.whole("application/json", body.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Usage.builder().set(Meter.INPUT, 3).set(Meter.REASONING, 4).build());
    }

    protected static void assertSame(@Nullable CachedAnswer found, CachedAnswer kept) {
        assertThat(found).usingRecursiveComparison().isEqualTo(kept);
    }

    /** Waits until the tier has kept what it was given. */
    private void kept(CacheKey key, CachedAnswer answer) {
        tier.keep(key, answer);
        Await.until("it is kept", () -> {
            CachedAnswer found = get(tier.find(key));
            return found != null
                    && java.util.Arrays.equals(
                            found.content().body(), answer.content().body());
        });
    }

    @Test
    void finds_nothing_where_nothing_was_kept() {
        assertThat(get(tier.find(key(CLIENT, 1)))).isNull();
    }

    @Test
    void finds_what_was_kept_with_all_that_it_says() {
        CachedAnswer answer = answer("org_1", "{\"é\":1}");
        kept(key(CLIENT, 1), answer);
        assertSame(get(tier.find(key(CLIENT, 1))), answer);

        CachedAnswer stream = new CachedAnswer(
                NOW,
                NOW + 1_000,
                0,
                new Origin("org_1", "completion", null, null, null, null, "p", false, Money.ZERO, 0),
                new Content(true, "text/event-stream", new byte[] {0, 1, -1, 10}, new int[] {1, 3, 4}),
                Usage.NONE);
        kept(key(POOL, 2), stream);
        assertSame(get(tier.find(key(POOL, 2))), stream);
    }

    @Test
    void keeps_the_last_answer_to_a_question() {
        kept(key(CLIENT, 1), answer("org_1", "old"));
        kept(key(CLIENT, 1), answer("org_1", "new"));
        assertSame(get(tier.find(key(CLIENT, 1))), answer("org_1", "new"));
    }

    @Test
    void keeps_scopes_apart_that_ask_the_same() {
        List<CacheScope> scopes = List.of(
                ORGANIZATION,
                CLIENT,
                POOL,
                CacheScope.ofClient("org_1", null),
                CacheScope.ofClient("org_2", "cli_1"),
                CacheScope.ofOrganization("org_2"));
        for (CacheScope scope : scopes) {
            assertThat(get(tier.find(key(scope, 1)))).isNull();
            kept(key(scope, 1), answer("org_1", scope.text()));
        }
        for (CacheScope scope : scopes) {
            assertSame(get(tier.find(key(scope, 1))), answer("org_1", scope.text()));
        }
    }

    @Test
    void drops_what_is_selected_and_nothing_else() {
        Map<CacheSelection, Integer> left = new HashMap<>();
        left.put(CacheSelection.ALL, 0);
        left.put(new CacheSelection("org_1", null, null, null, null, null, null), 1);
        left.put(new CacheSelection("org_1", "cli_1", null, null, null, null, null), 3);
        left.put(new CacheSelection(null, null, "faq", null, null, null, null), 3);
        left.put(new CacheSelection(null, null, null, "auto", null, null, null), 0);
        left.put(new CacheSelection(null, null, null, "other", null, null, null), 4);
        left.put(new CacheSelection(null, null, null, null, "gpt-served", null, null), 0);
        left.put(new CacheSelection(null, null, null, null, "gpt", null, null), 4);
        left.put(new CacheSelection(null, null, null, null, null, NOW, null), 4);
        left.put(new CacheSelection(null, null, null, null, null, NOW + 1, null), 0);
        left.put(
                new CacheSelection(
                        null, null, null, null, null, null, key(POOL, 3).hex()),
                3);
        List<CacheKey> keys = List.of(
                key(CLIENT, 1), key(ORGANIZATION, 2), key(POOL, 3), key(CacheScope.ofClient("org_2", "cli_2"), 4));
        left.forEach((selection, expected) -> {
            keys.forEach(key -> kept(key, answer(key.scope().text().startsWith("org_2") ? "org_2" : "org_1", "x")));
            assertThat(get(tier.drop(selection))).as(selection.toString()).isEqualTo(4L - expected);
            assertThat(keys.stream().filter(key -> get(tier.find(key)) != null))
                    .as(selection.toString())
                    .hasSize(expected);
        });
    }

    /** Whatever tenants ask and in whatever order: what they are given was stored for them. */
    @Test
    void gives_nobody_what_was_stored_for_somebody_else() {
        Seeds.each(1, random -> {
            Map<CacheKey, String> stored = new HashMap<>();
            for (int i = 0; i < questions(); i++) {
                CacheScope scope = scope(random);
                CacheKey key = key(scope, random.nextInt(5)); // others ask the same
                CachedAnswer found = get(tier.find(key));
                if (found != null) {
                    String body = new String(found.content().body(), java.nio.charset.StandardCharsets.UTF_8);
                    assertThat(body).startsWith(scope.text() + "#");
                    assertThat(stored).containsKey(key);
                }
                if (random.nextInt(3) == 0) {
                    tier.keep(key, answer("org_1", scope.text() + "#" + i));
                    stored.put(key, scope.text());
                }
                if (random.nextInt(200) == 0) {
                    get(tier.drop(new CacheSelection("org_1", null, null, null, null, null, null)));
                }
            }
            assertThat(stored).isNotEmpty();
        });
    }

    private static CacheScope scope(Random random) {
        String organization = "org_" + random.nextInt(3);
        return switch (random.nextInt(4)) {
            case 0 -> CacheScope.ofOrganization(organization);
            case 1 -> CacheScope.ofClient(organization, null);
            case 2 -> CacheScope.ofPool(organization); // named like an organization
            default -> CacheScope.ofClient(organization, "cli_" + random.nextInt(2));
        };
    }

    private static final class NoTier implements CacheTier {
        @Override
        public String name() {
            return "none";
        }

        @Override
        public Future<@Nullable CachedAnswer> find(CacheKey key) {
            return Future.succeededFuture();
        }

        @Override
        public void keep(CacheKey key, CachedAnswer answer) {}

        @Override
        public Future<Long> drop(CacheSelection selection) {
            return Future.succeededFuture(0L);
        }

        @Override
        public Holdings holdings() {
            return new Holdings(0, 0, 0);
        }
    }
}
