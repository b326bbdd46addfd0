package dev.tollgate.cache.redis;

import static dev.tollgate.cache.TestAnswers.answer;
import static dev.tollgate.cache.TestAnswers.body;
import static dev.tollgate.cache.TestAnswers.key;
import static dev.tollgate.cache.TestAnswers.living;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.Timer;
import dev.tollgate.cache.store.EntryCodec;
import dev.tollgate.cache.store.StoredTier;
import dev.tollgate.cache.store.StoredTierContract;
import dev.tollgate.cache.store.StoredTierSettings;
import dev.tollgate.cache.store.WriteBehindSettings;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tier in a real Redis, which is stopped, frozen, emptied and damaged. */
class RedisTierIT extends StoredTierContract {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Timer TIMER = (millis, action) -> {
        long timer = VERTX.setTimer(millis, _ -> action.run());
        return () -> VERTX.cancelTimer(timer);
    };
    private static final EntryCodec CODEC = new EntryCodec(null, 10_000_000);

    private static TestRedis server;

    private Redis client;
    private RedisEntries entries;
    private StoredTier tier;

    @BeforeAll
    static void start() {
        server = TestRedis.started();
    }

    @AfterAll
    static void stop() {
        await(VERTX.close());
        server.close();
    }

    @BeforeEach
    void connect() {
        server.flush();
        client = Redis.createClient(
                VERTX,
                new RedisOptions()
                        .setConnectionString(server.url())
                        .setNetClientOptions(new NetClientOptions().setReadIdleTimeout(3)));
        entries = new RedisEntries(client, () -> CODEC, VERTX, TIMER, InstantSource.system());
        tier = tier(/* patienceMillis= */ 10_000);
    }

    private StoredTier tier(long patienceMillis) {
        StoredTierSettings settings = new StoredTierSettings(
                patienceMillis, 100, 4, 50, 1, 2_000, new WriteBehindSettings(20_000_000, 100, 4_000_000, 1));
        return new StoredTier(entries, () -> CODEC, settings, TIMER, VERTX);
    }

    @AfterEach
    void disconnect() {
        entries.close();
        client.close();
    }

    @Override
    protected CacheTier tier() {
        return tier;
    }

    @Test
    void names_carry_scope_and_digest_and_expire_with_their_answers() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, living(answer("hi"), Duration.ofMinutes(10)));
        String name = "tollgate:cache:org_1/cli_1:" + key.hex();
        assertThat(server.command("EXISTS " + name)).isEqualTo(":1");
        assertThat(Long.parseLong(server.command("PTTL " + name).substring(1))).isBetween(1L, 600_000L);
        assertThat(RedisEntries.keyOf(name)).isEqualTo(key);
    }

    @Test
    void what_has_expired_is_not_stored() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, living(answer("hi"), Duration.ZERO));
        assertThat(find(key)).isNull();
    }

    /** A name that somebody gave to another tenant's entry. */
    @Test
    void an_entry_that_was_moved_does_not_open_and_is_removed() {
        CacheKey mine = key(SCOPE, "hello");
        CacheKey theirs = key(CacheScope.ofClient("org_2", "cli_2"), "hello");
        keep(theirs, answer("theirs"));
        server.command("RENAME " + RedisEntries.nameOf(theirs) + " " + RedisEntries.nameOf(mine));
        assertThat(find(mine)).isNull();
        assertThat(tier.counts().unreadable()).isEqualTo(1);
        Await.until(
                "it is removed",
                () -> server.command("EXISTS " + RedisEntries.nameOf(mine)).equals(":0"));
    }

    @Test
    void a_damaged_entry_is_no_answer() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        server.command("SETRANGE " + RedisEntries.nameOf(key) + " 40 xxxx");
        assertThat(find(key)).isNull();
        assertThat(tier.counts().unreadable()).isEqualTo(1);
    }

    @Test
    void what_was_flushed_is_not_found_and_what_comes_is() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        server.flush();
        assertThat(find(key)).isNull();
        keep(key, answer("again"));
        assertThat(body(requireNonNull(find(key)))).isEqualTo("again");
    }

    @Test
    void a_Redis_that_is_gone_is_no_answer_and_is_used_again_when_it_is_back() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        server.stop();
        untilGivenUp(tier, key);
        tier.keep(key, answer("lost"));
        Await.until("it is lost", () -> tier.counts().lost() > 0);
        server.start();
        untilFoundAgain(tier, key);
    }

    @Test
    void a_Redis_that_is_frozen_is_no_answer_and_is_used_again_when_it_speaks() {
        StoredTier impatient = tier(/* patienceMillis= */ 20);
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        server.pause();
        untilGivenUp(impatient, key);
        server.resume();
        untilFoundAgain(impatient, key);
    }

    private static void untilGivenUp(StoredTier tier, CacheKey key) {
        Await.until("it is given up", () -> {
            ask(tier, key);
            return tier.isGivenUp();
        });
    }

    /** Answers that can't be stored meanwhile are lost, so that one is kept each time. */
    private static void untilFoundAgain(StoredTier tier, CacheKey key) {
        Await.until("it is found again", () -> {
            tier.keep(key, answer("back"));
            return ask(tier, key) != null && !tier.isGivenUp();
        });
    }

    private static @Nullable CachedAnswer ask(StoredTier tier, CacheKey key) {
        Future<@Nullable CachedAnswer> asked = tier.find(key);
        Await.until("it is answered", asked::isComplete);
        return asked.result();
    }
}
