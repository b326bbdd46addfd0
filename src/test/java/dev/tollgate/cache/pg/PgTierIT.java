package dev.tollgate.cache.pg;

import static dev.tollgate.cache.TestAnswers.answer;
import static dev.tollgate.cache.TestAnswers.body;
import static dev.tollgate.cache.TestAnswers.key;
import static dev.tollgate.cache.TestAnswers.living;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.store.StoredTierContract;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tier in a real PostgreSQL, with a second replica, which goes, comes back, is emptied and damaged. */
class PgTierIT extends StoredTierContract {
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final Vertx VERTX = Vertx.vertx();

    private Replica one;
    private Replica two;

    @BeforeAll
    static void migrate() {
        Flyway.configure()
                .dataSource(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password())
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    @AfterAll
    static void stop() {
        await(VERTX.close());
    }

    @BeforeEach
    void start() {
        DATABASE.execute("truncate cache_entry, cache_batch, cache_drop", "update cache_slot set ends_at = null");
        one = new Replica(DATABASE, VERTX);
        two = new Replica(DATABASE, VERTX);
    }

    @AfterEach
    void end() {
        one.close();
        two.close();
    }

    @Override
    protected CacheTier tier() {
        return one.tier;
    }

    private static @Nullable CachedAnswer findAt(Replica replica, CacheKey key) {
        return await(replica.tier.find(key));
    }

    private static void untilFoundAt(Replica replica, CacheKey key) {
        Await.until("it is found", () -> findAt(replica, key) != null);
    }

    @Test
    void what_one_replica_stores_the_other_finds_once_it_is_notified() {
        CacheKey key = key(SCOPE, "hello");
        one.tier.keep(key, answer("hi"));
        untilFoundAt(two, key);
        assertThat(body(requireNonNull(findAt(two, key)))).isEqualTo("hi");
    }

    @Test
    void who_did_not_listen_finds_it_when_it_asks() {
        CacheKey key = key(SCOPE, "hello");
        two.stopListening();
        one.tier.keep(key, answer("hi"));
        untilFoundAt(one, key);
        await(two.news.refresh());
        assertThat(findAt(two, key)).isNotNull();
    }

    @Test
    void who_starts_later_knows_what_is_stored() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        keep(key(SCOPE, "for long"), living(answer("long"), Duration.ofDays(20)));
        try (Replica late = new Replica(DATABASE, VERTX)) {
            assertThat(findAt(late, key)).isNotNull();
            assertThat(findAt(late, key(SCOPE, "for long"))).isNotNull();
        }
    }

    @Test
    void who_has_missed_what_is_forgotten_reads_everything() {
        CacheKey key = key(SCOPE, "hello");
        two.stopListening();
        keep(key, answer("hi"));
        DATABASE.execute("update cache_batch set at = now() - interval '1 hour'", "select forget_cache_news()");
        keep(key(SCOPE, "more"), answer("more"));
        await(two.news.refresh());
        assertThat(findAt(two, key)).isNotNull();
    }

    @Test
    void a_key_that_nobody_has_stored_costs_no_question() {
        keep(key(SCOPE, "hello"), answer("hi"));
        long inVain = one.entries.inVain();
        long spared = one.tier.counts().spared();
        for (int i = 0; i < 1_000; i++) {
            find(key(SCOPE, "unknown " + i));
        }
        spared = one.tier.counts().spared() - spared;
        assertThat(spared).isGreaterThanOrEqualTo(990);
        assertThat(one.entries.inVain() - inVain).isEqualTo(1_000 - spared);
    }

    @Test
    void many_keys_are_all_found_by_who_was_notified() {
        Random random = new Random(5);
        List<CacheKey> keys = random.longs(3_000)
                .mapToObj(number -> key(SCOPE, "request " + number))
                .toList();
        keys.forEach(key -> one.tier.keep(key, answer("hi")));
        untilFoundAt(one, keys.getLast());
        untilFoundAt(two, keys.getLast());
        for (Replica replica : List.of(one, two)) {
            for (CacheKey key : keys) {
                assertThat(replica.entries.mayHave(key)).isTrue();
            }
        }
        assertThat(two.entries.holdings().answers()).isGreaterThanOrEqualTo(3_000);
    }

    @Test
    void a_drop_reaches_every_replica_before_anything_is_removed() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        untilFoundAt(two, key);
        CachedAnswer stored = requireNonNull(findAt(two, key));
        CacheSelection dropped = new CacheSelection("org_1", null, null, null, null, stored.storedAtMillis() + 1, null);
        one.drop(dropped);
        Await.until("it is heard of", () -> two.drops.mean(key, stored));
        assertThat(two.told).containsExactly(dropped);
        assertThat(two.drops.mean(key(CacheScope.ofOrganization("org_2"), "hello"), answer("hi")))
                .isFalse();
        try (Replica late = new Replica(DATABASE, VERTX)) {
            assertThat(late.drops.mean(key, stored)).isTrue();
            assertThat(late.told).isEmpty();
        }
    }

    @Test
    void an_entry_that_was_moved_to_another_tenant_does_not_open_and_is_removed() {
        CacheKey theirs = key(CacheScope.ofClient("org_2", "cli_2"), "hello");
        CacheKey mine = new CacheKey(SCOPE, theirs.digest());
        keep(theirs, answer("theirs"));
        DATABASE.execute("update cache_entry set scope = '" + SCOPE.text() + "'");
        assertThat(find(mine)).isNull();
        assertThat(one.tier.counts().unreadable()).isEqualTo(1);
        Await.until("it is removed", () -> count().equals("0"));
    }

    @Test
    void a_damaged_entry_is_no_answer() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        DATABASE.execute("update cache_entry set entry = set_byte(entry, 20, get_byte(entry, 20) # 1)");
        assertThat(find(key)).isNull();
        assertThat(one.tier.counts().unreadable()).isEqualTo(1);
    }

    @Test
    void what_was_emptied_by_hand_is_not_found_and_what_comes_is() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        DATABASE.execute("truncate cache_entry");
        assertThat(find(key)).isNull();
        assertThat(one.entries.inVain()).isPositive();
        keep(key, answer("again"));
        assertThat(find(key)).isNotNull();
    }

    @Test
    void a_database_that_is_cut_off_is_no_answer_and_is_used_again_when_it_is_back() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        try (TcpLink link = TcpLink.cutTo(DATABASE.port()).mend()) {
            Replica third = new Replica(DATABASE.over(link), VERTX);
            untilFoundAt(third, key);
            link.cut();
            Await.until("it is given up", () -> {
                ask(third, key);
                return third.tier.isGivenUp();
            });
            third.tier.keep(key(SCOPE, "lost"), answer("lost"));
            Await.until("it is lost", () -> third.tier.counts().lost() > 0);
            link.mend();
            Await.until("it is found again", () -> ask(third, key) != null && !third.tier.isGivenUp());
            third.close();
        }
    }

    @Test
    void a_database_that_is_frozen_keeps_nobody_waiting_and_is_used_again_when_it_speaks() {
        CacheKey key = key(SCOPE, "hello");
        keep(key, answer("hi"));
        try (TcpLink link = TcpLink.cutTo(DATABASE.port()).mend()) {
            Replica third = new Replica(DATABASE.over(link), VERTX, /* patienceMillis= */ 200);
            untilFoundAt(third, key);
            link.hold();
            Await.until("it is given up", () -> {
                ask(third, key);
                return third.tier.isGivenUp();
            });
            link.letGo();
            Await.until("it is found again", () -> ask(third, key) != null && !third.tier.isGivenUp());
            third.close();
        }
    }

    @Test
    void partitions_whose_time_is_over_are_emptied_as_a_whole() {
        keep(key(SCOPE, "hello"), answer("hi"));
        String slot = DATABASE.value("select max(slot) from cache_slot where ends_at is not null");
        await(one.upkeep.run());
        assertThat(count()).isEqualTo("1");
        DATABASE.execute("update cache_slot set ends_at = now() - interval '2 minutes' where ends_at is not null");
        await(one.upkeep.run());
        assertThat(count()).isEqualTo("0");
        assertThat(DATABASE.value("select ends_at from cache_slot where slot = " + slot))
                .isEqualTo("null");
        assertThat(DATABASE.value("select coalesce(sum(n_dead_tup), 0) from pg_stat_user_tables where relname like"
                        + " 'cache_entry%'"))
                .as("nothing for vacuum")
                .isEqualTo("0");
    }

    @Test
    void with_too_many_bytes_what_expires_first_goes_and_all_replicas_know() {
        CacheKey soon = key(SCOPE, "soon");
        CacheKey late = key(SCOPE, "late");
        keep(soon, living(answer(noise(200_000)), Duration.ofMinutes(1)));
        keep(late, living(answer("late"), Duration.ofDays(20)));
        await(one.upkeep.run());
        assertThat(find(soon)).isNotNull();
        long empty = Long.parseLong(DATABASE.value("select sum(pg_total_relation_size(inhrelid)) from pg_inherits"
                + " where inhparent = 'cache_entry'::regclass"));
        await(new PgCacheUpkeep(one.pool, one.entries, empty - 100_000).run());
        assertThat(one.entries.holdings().evictions()).isPositive();
        assertThat(one.entries.holdings().bytes()).isLessThan(empty - 100_000);
        assertThat(find(late)).isNotNull();
        Await.until("both know", () -> !one.entries.mayHave(soon) && !two.entries.mayHave(soon));
    }

    private static String count() {
        return DATABASE.value("select count(*) from cache_entry");
    }

    private static @Nullable CachedAnswer ask(Replica replica, CacheKey key) {
        Future<@Nullable CachedAnswer> asked = replica.tier.find(key);
        Await.until("it is answered", asked::isComplete);
        return asked.result();
    }
}
