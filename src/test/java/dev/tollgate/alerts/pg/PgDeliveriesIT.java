package dev.tollgate.alerts.pg;

import static dev.tollgate.alerts.pg.AlertDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.alerts.AlertEvent;
import dev.tollgate.alerts.Attempt;
import dev.tollgate.alerts.Backoff;
import dev.tollgate.alerts.Delivery;
import dev.tollgate.alerts.Dispatcher;
import dev.tollgate.alerts.Severity;
import dev.tollgate.feed.pg.WakeUp;
import dev.tollgate.testkit.Await;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The outbox that replicas share: raised once, taken by one, back when its taker is gone. */
class PgDeliveriesIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Attempt ARRIVED = new Attempt(true, 200, 12, null, null, false);
    private static final Attempt FAILED = new Attempt(false, 500, 12, "answered 500", null, false);
    private static final AlertDatabase DATABASE = new AlertDatabase();
    private static final Pool ONE = DATABASE.replica();
    private static final Pool OTHER = DATABASE.replica();

    private static final Vault VAULT = new Vault(List.of());

    private final PgDeliveries one = new PgDeliveries(ONE, VAULT);
    private final PgDeliveries other = new PgDeliveries(OTHER, VAULT);

    @AfterEach
    void nothing_waits() {
        DATABASE.sql("delete from alert", "delete from alert_channel");
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void an_event_is_raised_once_over_all_replicas() {
        DATABASE.channel("chn_a", "", "");
        List<Future<Boolean>> raised = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            raised.add(raise(i % 2 == 0 ? ONE : OTHER, event("budget:1:90", null)));
        }
        assertThat(raised.stream().filter(AlertDatabase::await).count()).isEqualTo(1);
        assertThat(take(one)).hasSize(1);
        assertThat(take(other)).isEmpty();
    }

    @Test
    void an_event_of_a_transaction_that_is_rolled_back_never_was() {
        DATABASE.channel("chn_a", "", "");
        assertThatThrownBy(() -> await(ONE.withTransaction(connection ->
                        Outbox.add(connection, event("k", null)).compose(_ -> Future.failedFuture("no")))))
                .hasMessageContaining("no");
        assertThat(take(one)).isEmpty();
        assertThat(await(raise(OTHER, event("k", null)))).isTrue();
        assertThat(take(one)).hasSize(1);
    }

    @Test
    void SQL_raises_alerts_too_and_is_refused_nothing_for_its_size() {
        DATABASE.channel("chn_a", "", "");
        String raise = "select raise_alert('budget.threshold', %s, 'org_1', %s)";
        assertThat(DATABASE.value(raise.formatted("'k'", "'{\"percent\": 90}'")))
                .isEqualTo("t");
        assertThat(DATABASE.value(raise.formatted("'k'", "'{}'"))).isEqualTo("f");
        assertThat(DATABASE.value(
                        raise.formatted("repeat('k', 100000)", "jsonb_build_object('x', repeat('x', 20000))")))
                .isEqualTo("t");
        DATABASE.sql("update alert_channel set includes_organizations = true");
        assertThat(DATABASE.value(
                        "select raise_alert(repeat('k', 99), 'l', 'org_1', '[]', 'critical', repeat('s', 999))"))
                .isEqualTo("t");
        Delivery taken = take(one).getFirst();
        assertThat(taken.alert().severity()).isEqualTo(Severity.CRITICAL);
        assertThat(taken.alert().subject()).hasSize(200);
        assertThat(taken.alert().payload()).isEqualTo(new JsonObject("{\"omitted\": true}"));
    }

    @Test
    void a_channel_gets_what_it_wants_of_those_whom_it_belongs_to() {
        DATABASE.sql(
                "insert into organization (id, name) values ('org_1', '1'), ('org_2', '2') on conflict do nothing");
        DATABASE.channel("chn_platform", "", "");
        DATABASE.channel("chn_all", "includes_organizations", "true");
        DATABASE.channel("chn_1", "organization_id", "'org_1'");
        DATABASE.channel("chn_2", "organization_id", "'org_2'");
        DATABASE.channel("chn_1_off", "organization_id, enabled", "'org_1', false");
        DATABASE.channel("chn_1_budget", "organization_id, kinds", "'org_1', '{budget.*,x}'");
        DATABASE.channel("chn_1_other", "organization_id, kinds", "'org_1', '{budget,threshold}'");
        DATABASE.channel("chn_1_critical", "organization_id, severity_min", "'org_1', 2");
        await(raise(ONE, event("k1", "org_1")));
        assertThat(channels(take(one))).containsExactlyInAnyOrder("chn_all", "chn_1", "chn_1_budget");
        await(raise(ONE, event("k2", null)));
        assertThat(channels(take(one))).containsExactlyInAnyOrder("chn_platform", "chn_all");
    }

    @Test
    void two_senders_share_what_waits_and_none_sends_what_the_other_has() {
        for (int i = 0; i < 10; i++) {
            DATABASE.channel("chn_" + i, "", "");
            DATABASE.sql(
                    "update alert_channel set url = 'https://%d.example.com/' where id = 'chn_%d'".formatted(i, i));
        }
        for (int i = 0; i < 10; i++) {
            await(raise(ONE, event("k" + i, null)));
        }
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        List<Dispatcher> senders = List.of(sender(one, sent), sender(other, sent));
        senders.forEach(Dispatcher::wake);
        Await.until(
                "all have arrived",
                () -> DATABASE.value("select count(*) from alert_delivery where state = 'delivered'")
                        .equals("100"));
        assertThat(sent).hasSize(100).doesNotHaveDuplicates();
        senders.forEach(sender -> await(sender.stop()));
    }

    @Test
    void what_a_sender_took_that_never_came_back_is_sent_by_another() {
        DATABASE.channel("chn_a", "", "");
        await(raise(ONE, event("k", null)));
        Delivery lost = take(one).getFirst();
        assertThat(take(other)).as("as long as its lease runs").isEmpty();
        endLeases();
        Delivery again = take(other).getFirst();
        assertThat(again.attempt()).isEqualTo(2);
        assertThat(again.attemptsLeft()).isEqualTo(10);
        assertThat(again.alert().id())
                .as("receivers tell it by its id")
                .isEqualTo(lost.alert().id());

        await(one.giveUp(lost, FAILED));
        assertThat(state()).as("who comes back late changes nothing").isEqualTo("waiting");
        await(other.delivered(again, ARRIVED));
        assertThat(state()).isEqualTo("delivered");
        assertThat(DATABASE.value("select string_agg(attempt || ':' || coalesce(delivered::text, 'lost') || ':'"
                        + " || coalesce(status::text, ''), ' ' order by attempt) from alert_attempt"))
                .isEqualTo("1:false:500 2:true:200");
    }

    @Test
    void what_is_lost_in_its_last_attempt_is_dead() {
        DATABASE.channel("chn_a", "", "");
        await(raise(ONE, event("k", null)));
        DATABASE.sql("update alert_delivery set attempts_left = 1");
        assertThat(take(one)).hasSize(1);
        endLeases();
        assertThat(take(other)).isEmpty();
        assertThat(state()).isEqualTo("dead");
    }

    @Test
    void what_failed_is_due_again_after_its_wait_and_not_before() {
        DATABASE.channel("chn_a", "", "");
        await(raise(ONE, event("k", null)));
        await(one.retry(take(one).getFirst(), FAILED, Duration.ofHours(1)));
        assertThat(take(one)).isEmpty();
        assertThat(DATABASE.value("select round(extract(epoch from due_at - now()) / 60) from alert_delivery"))
                .isEqualTo("60");
        endLeases();
        Delivery second = take(one).getFirst();
        assertThat(second.attempt()).isEqualTo(2);
        await(one.giveUp(second, FAILED));
        assertThat(state()).isEqualTo("dead");
        endLeases();
        assertThat(take(one)).isEmpty();
    }

    @Test
    void a_channel_that_is_switched_off_keeps_what_waits_for_it() {
        DATABASE.channel("chn_a", "", "");
        await(raise(ONE, event("k", null)));
        DATABASE.sql("update alert_channel set enabled = false");
        assertThat(take(one)).isEmpty();
        DATABASE.sql("update alert_channel set enabled = true");
        assertThat(take(one)).hasSize(1);
    }

    @Test
    void a_channel_with_many_does_not_keep_the_others_waiting() {
        DATABASE.channel("chn_many", "kinds", "'{many}'");
        DATABASE.sql("select raise_alert('many', 'k' || i, null, '{}') from generate_series(1, 50) i");
        DATABASE.channel("chn_one", "kinds", "'{one}'");
        DATABASE.sql("select raise_alert('one', 'k', null, '{}')");
        List<Delivery> taken = take(one);
        assertThat(channels(taken)).containsExactlyInAnyOrder("chn_many", "chn_one");
        assertThat(taken).hasSize(5);
    }

    @Test
    void whoever_listens_hears_of_it() {
        DATABASE.channel("chn_a", "", "");
        Queue<Boolean> heard = new ConcurrentLinkedQueue<>();
        WakeUp ear = new WakeUp(OTHER, "tollgate_alert", () -> heard.add(true));
        ear.listen();
        Await.until("it listens", () -> heard.size() == 1);
        await(raise(ONE, event("k", null)));
        Await.until("it was heard of", () -> heard.size() == 2);
        DATABASE.sql("select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen tollgate_alert'");
        Await.until("it listens again", () -> {
            ear.listen();
            return heard.size() > 2;
        });
        int before = heard.size();
        await(raise(ONE, event("l", null)));
        Await.until("it was heard of", () -> heard.size() > before);
        await(ear.close());
    }

    @Test
    void old_alerts_are_forgotten_unless_something_waits() {
        DATABASE.channel("chn_a", "", "");
        await(raise(ONE, event("k", null)));
        PgAlerts alerts = new PgAlerts(ONE);
        assertThat(await(alerts.forget(Instant.now().plusSeconds(60)))).isZero();
        await(one.delivered(take(one).getFirst(), ARRIVED));
        assertThat(await(alerts.forget(Instant.now().minusSeconds(60)))).isZero();
        assertThat(await(alerts.forget(Instant.now().plusSeconds(60)))).isEqualTo(1);
        assertThat(DATABASE.value("select count(*) from alert_attempt")).isEqualTo("0");
    }

    private static Dispatcher sender(PgDeliveries deliveries, Queue<String> sent) {
        return new Dispatcher(
                deliveries,
                (alert, target) -> {
                    sent.add(alert.id() + " " + target.urlOrNull());
                    return Future.succeededFuture(ARRIVED);
                },
                new Backoff(Duration.ofSeconds(5), new Random(1)),
                (_, _) -> {});
    }

    private static AlertEvent event(String key, @Nullable String organizationId) {
        return new AlertEvent(
                "budget.threshold",
                key,
                organizationId,
                Severity.WARNING,
                "90 % are spent",
                new JsonObject().put("percent", 90),
                NOW);
    }

    private static Future<Boolean> raise(Pool replica, AlertEvent event) {
        return replica.withTransaction(connection -> Outbox.add(connection, event));
    }

    private static List<Delivery> take(PgDeliveries deliveries) {
        return await(deliveries.take(100));
    }

    private static Set<String> channels(List<Delivery> deliveries) {
        Set<String> ids = new HashSet<>();
        deliveries.forEach(delivery -> ids.add(delivery.channel().id()));
        return ids;
    }

    private static String state() {
        return DATABASE.value("select state from alert_delivery");
    }

    private static void endLeases() {
        DATABASE.sql("update alert_delivery set due_at = now() - interval '1 second'");
    }
}
