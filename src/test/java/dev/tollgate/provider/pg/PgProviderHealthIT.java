package dev.tollgate.provider.pg;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountHealth.Traffic;
import dev.tollgate.provider.AnswerClass;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.Probe;
import dev.tollgate.provider.health.Evidence;
import dev.tollgate.provider.health.HealthChange;
import dev.tollgate.provider.health.HealthReport;
import dev.tollgate.provider.health.HealthState;
import dev.tollgate.provider.health.Judgement;
import dev.tollgate.provider.health.Turn;
import dev.tollgate.provider.health.Watched;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What replicas know together of accounts: each check is made once, each change told once, and time adds up. */
class PgProviderHealthIT {
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final List<Duration> STEPS = List.of(Duration.ofMinutes(15), Duration.ofHours(1));
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final Vertx VERTX = Vertx.vertx();

    private final PgProviderHealth one = replica();
    private final PgProviderHealth other = replica();

    @BeforeAll
    static void migrate() {
        Flyway.configure()
                .dataSource(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password())
                .load()
                .migrate();
        DATABASE.execute("insert into organization (id, name) values ('org_a', 'a')");
    }

    @AfterAll
    static void close() {
        await(VERTX.close());
    }

    @BeforeEach
    void nothing_is_known() {
        DATABASE.execute("delete from provider_health", "delete from provider_health_change", "delete from alert");
    }

    @Test
    void of_several_replicas_one_makes_each_check() {
        List<Watched> accounts =
                IntStream.range(0, 100).mapToObj(i -> watched("acc_" + i)).toList();
        String[] ids = accounts.stream().map(each -> each.account().id()).toArray(String[]::new);
        await(Future.all(one.know(accounts, INTERVAL), other.know(accounts, INTERVAL)));
        allAreDue();
        List<Future<List<Turn>>> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            asked.add((i % 2 == 0 ? one : other).take(ids, INTERVAL, 10));
        }
        await(Future.all(asked));
        assertThat(asked.stream().flatMap(turns -> turns.result().stream()).map(Turn::accountId))
                .containsExactlyInAnyOrder(ids);
        assertThat(await(one.take(ids, INTERVAL, 10)))
                .as("before it is due again")
                .isEmpty();
        assertThat(DATABASE.value("select bool_and(due_at between now() + interval '20 s' and now() + interval '33 s')"
                        + " from provider_health"))
                .isEqualTo("t");
    }

    @Test
    void a_replica_takes_the_checks_of_accounts_that_it_has() {
        know("acc_a");
        know("acc_b");
        allAreDue();
        assertThat(await(one.take(new String[] {"acc_b"}, INTERVAL, 10)))
                .extracting(Turn::accountId)
                .containsExactly("acc_b");
    }

    @Test
    void a_change_is_kept_and_told_once_to_its_owner_and_one_that_was_overtaken_is_void() {
        know("acc_a");
        Turn first = turn("acc_a");
        Turn second = turn("acc_a");
        assertThat(judge(one, first, AnswerClass.TIMEOUT)).as("overtaken").isFalse();
        assertThat(judge(other, second, AnswerClass.TIMEOUT)).isTrue();
        assertThat(check("acc_a", AnswerClass.TIMEOUT)).isEqualTo(HealthState.DEGRADED);
        assertThat(check("acc_a", AnswerClass.UNREACHABLE)).isEqualTo(HealthState.DOWN);
        check("acc_a", AnswerClass.UNREACHABLE);
        assertThat(await(other.troubled(new String[] {"acc_a"}))).isEqualTo(Map.of("acc_a", HealthState.DOWN));
        check("acc_a", AnswerClass.SUCCESS);
        check("acc_a", AnswerClass.SUCCESS);
        assertThat(check("acc_a", AnswerClass.SUCCESS)).isEqualTo(HealthState.UP);

        assertThat(alerts()).isEqualTo("provider.degraded 1 org_a, provider.down 2 org_a, provider.recovered 0 org_a");
        List<HealthChange> changes = await(one.changes("acc_a", Long.MAX_VALUE, 2));
        assertThat(changes).extracting(HealthChange::to).containsExactly(HealthState.UP, HealthState.DOWN);
        assertThat(changes.getLast().reason()).isEqualTo("the provider can't be reached");
        assertThat(await(one.changes("acc_a", changes.getLast().number(), 10)))
                .extracting(HealthChange::to)
                .containsExactly(HealthState.DEGRADED);
        HealthReport report = requireNonNull(
                await(one.reports(List.of("acc_a", "acc_unknown"))).get("acc_a"));
        assertThat(report.state()).isEqualTo(HealthState.UP);
        assertThat(report.reason()).isNull();
        assertThat(report.check()).isNotNull();
        assertThat(report.uptime().day()).isBetween(0.0, 1.0);
    }

    @Test
    void trouble_that_lasts_is_told_again_at_each_step_once_over_all_replicas() {
        know("acc_a");
        check("acc_a", AnswerClass.SERVER_ERROR);
        check("acc_a", AnswerClass.SERVER_ERROR);
        check("acc_a", AnswerClass.SERVER_ERROR);
        assertThat(escalations()).isEqualTo("0");
        sinceThen("14 min");
        check("acc_a", AnswerClass.SERVER_ERROR);
        assertThat(escalations()).isEqualTo("0");
        sinceThen("1 min");
        check("acc_a", AnswerClass.SERVER_ERROR);
        check("acc_a", AnswerClass.SERVER_ERROR);
        assertThat(escalations()).isEqualTo("1");
        sinceThen("2 h");
        check("acc_a", AnswerClass.SERVER_ERROR);
        check("acc_a", AnswerClass.SERVER_ERROR);
        assertThat(escalations()).isEqualTo("2");
        assertThat(DATABASE.value("select subject from alert where kind = 'provider.escalation' order by seq limit 1"))
                .startsWith("Account Name of acc_a at openai is still down, in trouble since ")
                .endsWith("the provider answers 500");
        assertThat(DATABASE.value("select string_agg(distinct severity::text, ',') from alert"
                        + " where kind = 'provider.escalation'"))
                .isEqualTo("2");
    }

    @Test
    void trouble_that_comes_back_escalates_anew() {
        know("acc_a");
        for (int i = 0; i < 2; i++) {
            check("acc_a", AnswerClass.RATE_LIMITED);
            check("acc_a", AnswerClass.RATE_LIMITED);
            sinceThen("20 min");
            check("acc_a", AnswerClass.RATE_LIMITED);
            check("acc_a", AnswerClass.SUCCESS);
            check("acc_a", AnswerClass.SUCCESS);
            check("acc_a", AnswerClass.SUCCESS);
        }
        assertThat(escalations()).as("of what is degraded, too").isEqualTo("2");
    }

    @Test
    void what_requests_came_to_is_added_up_over_replicas_and_taken_in_once() {
        know("acc_a");
        await(one.tell(Map.of("acc_a", new Traffic(60, 1), "acc_unknown", new Traffic(1, 1))));
        await(other.tell(Map.of("acc_a", new Traffic(40, 29))));
        Turn turn = turn("acc_a");
        assertThat(turn.traffic()).isEqualTo(new Traffic(100, 30));
        await(one.tell(Map.of("acc_a", new Traffic(5, 0))));
        judge(one, turn, AnswerClass.SUCCESS);
        assertThat(turn("acc_a").traffic()).isEqualTo(new Traffic(5, 0));
    }

    @Test
    void uptime_is_the_part_of_the_time_in_which_it_was_not_down() {
        know("acc_a");
        at("known_since", "2026-11-01T00:00:00Z");
        change("up", "degraded", "2026-11-20T00:00:00Z");
        change("degraded", "down", "2026-11-20T06:00:00Z");
        change("down", "up", "2026-11-20T12:00:00Z");
        change("up", "down", "2026-11-21T11:00:00Z");
        assertThat(uptime("24 h", "2026-11-21T12:00:00Z")).isCloseTo(23.0 / 24, within(1e-9));
        assertThat(uptime("24 h", "2026-11-21T06:00:00Z")).isCloseTo(18.0 / 24, within(1e-9));
        assertThat(uptime("7 d", "2026-11-21T12:00:00Z")).isCloseTo(1 - 7.0 / (7 * 24), within(1e-9));
        assertThat(uptime("1 h", "2026-11-20T09:00:00Z")).isZero();
        assertThat(uptime("30 d", "2026-11-21T12:00:00Z"))
                .as("since it is known")
                .isCloseTo(1 - 7.0 / (20.5 * 24), within(1e-9));
        assertThat(uptime("1 h", "2026-11-10T00:00:00Z"))
                .as("before all changes")
                .isEqualTo(1);
    }

    @Test
    void of_an_account_whose_changes_are_forgotten_the_state_tells() {
        know("acc_a");
        at("known_since", "2026-01-01T00:00:00Z");
        change("up", "down", "2026-02-01T00:00:00Z");
        DATABASE.execute("update provider_health set state = 'down', trouble_since = now(), checked_at = now()");
        await(one.forget(Instant.parse("2026-08-01T00:00:00Z")));
        assertThat(uptime("24 h", "2026-11-21T12:00:00Z"))
                .as("the latest change stays")
                .isZero();
        DATABASE.execute("delete from provider_health_change");
        assertThat(uptime("24 h", "2026-11-21T12:00:00Z")).isZero();
    }

    @Test
    void what_is_old_goes_batch_by_batch_and_what_is_many() {
        know("acc_a");
        know("acc_gone");
        DATABASE.execute(
                "insert into provider_health_change (account_id, from_state, to_state, at) select 'acc_a', 'up', 'down',"
                        + " now() - interval '1 d' from generate_series(1, 2500)",
                "update provider_health set checked_at = now() where account_id = 'acc_a'",
                "update provider_health set known_since = now() - interval '1 y' where account_id = 'acc_gone'");
        await(one.forget(Instant.now().minus(Duration.ofDays(90))));
        assertThat(DATABASE.value("select count(*) from provider_health_change"))
                .isEqualTo("1000");
        assertThat(DATABASE.value("select string_agg(account_id, '') from provider_health"))
                .isEqualTo("acc_a");
    }

    private void know(String id) {
        await(one.know(List.of(watched(id)), INTERVAL));
    }

    private static Watched watched(String id) {
        return new Watched(
                new Account(id, "openai", BaseUrl.parse("https://api.openai.com/v1"), "sk", "org_a", false),
                "Name of " + id);
    }

    private static void allAreDue() {
        DATABASE.execute("update provider_health set due_at = now() - interval '1 s'");
    }

    /** A check of the account that is under way, by either replica. */
    private Turn turn(String id) {
        allAreDue();
        return await(other.take(new String[] {id}, INTERVAL, 10)).getFirst();
    }

    private boolean judge(PgProviderHealth replica, Turn turn, AnswerClass outcome) {
        Evidence evidence = evidence(turn, outcome);
        return await(replica.judge(turn, turn.judgement().after(evidence.finding()), evidence, INTERVAL, STEPS));
    }

    private static Evidence evidence(Turn turn, AnswerClass outcome) {
        return new Evidence(new Probe.Answer(outcome, 500, 12), turn.traffic());
    }

    /** A whole check, and the state after it. */
    private HealthState check(String id, AnswerClass outcome) {
        Turn turn = turn(id);
        Judgement next = turn.judgement().after(evidence(turn, outcome).finding());
        assertThat(judge(one, turn, outcome)).isTrue();
        return next.state();
    }

    private static void sinceThen(String time) {
        DATABASE.execute("update provider_health set trouble_since = trouble_since - interval '" + time + "'");
    }

    private static String escalations() {
        return DATABASE.value("select count(*) from alert where kind = 'provider.escalation'");
    }

    private static String alerts() {
        return DATABASE.value("select string_agg(kind || ' ' || severity || ' ' || organization_id, ', ' order by seq)"
                + " from alert where kind like 'provider.%'");
    }

    private static void at(String column, String time) {
        DATABASE.execute("update provider_health set " + column + " = '" + time + "'");
    }

    private static void change(String from, String to, String at) {
        DATABASE.execute("insert into provider_health_change (account_id, from_state, to_state, at) values ('acc_a', '"
                + from + "', '" + to + "', '" + at + "')");
    }

    private static double uptime(String window, String at) {
        return Double.parseDouble(
                DATABASE.value("select (provider_uptime('acc_a', array[interval '" + window + "'], '" + at + "'))[1]"));
    }

    private static PgProviderHealth replica() {
        return new PgProviderHealth(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(PgConnectOptions.fromUri(DATABASE.reactiveUrl())
                        .setUser(DATABASE.user())
                        .setPassword(DATABASE.password()))
                .using(VERTX)
                .build());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
