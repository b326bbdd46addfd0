package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of budgets, and what administration makes of them: changes, increases, top-ups, doubts, lost replicas. */
class WindowsIT {
    private static final String BUDGETS = "/admin/v1/budgets";
    private static final String LATER = "2030-01-01T00:00:00Z";

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final String ACME = DATABASE.value("select id from organization");

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_window_tells_what_is_spent_held_in_doubt_and_left() {
        String budget = budget("\"amount\":\"10\",\"period\":\"month\"");
        assertThat(ROOT.get(BUDGETS + "/" + budget + "/windows").json().path("data"))
                .isEmpty();
        String window = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        share(window, replica("live", "0 s"), 5_000_000_000L, 2_000_000_000L);
        share(window, replica("live", "0 s"), 1_000_000_000L, 1_500_000_000L);
        doubt(window, 250_000_000L);
        DATABASE.execute("insert into durable_hold (window_id, request_id, amount) values (" + window
                + ", gen_random_uuid(), 100000000)");

        JsonNode read = window(budget);
        assertThat(read.path("amount").asText()).isEqualTo("10");
        assertThat(read.path("spent").asText()).isEqualTo("3.5");
        assertThat(read.path("held").asText()).isEqualTo("3");
        assertThat(read.path("in_doubt").asText()).isEqualTo("0.25");
        assertThat(read.path("reserved").asText()).isEqualTo("0.1");
        assertThat(read.path("remaining").asText()).isEqualTo("6.15");
        assertThat(read.path("currency").asText()).isEqualTo("USD");
        assertThat(read.path("subject").isNull()).isTrue();
        assertThat(read.path("ends_at").isNull()).isFalse();
    }

    @Test
    void windows_come_in_pages_by_subject_and_state() {
        String budget = budget("\"amount\":7,\"measure\":\"requests\",\"period\":\"total\"", "\"per\":[\"key\"]");
        String first = open(budget, "key_a", "- interval '1 h'", null);
        String second = open(budget, "key_b", "- interval '1 h'", null);
        DATABASE.execute("update budget_window set state = 'closed' where id = " + first);
        String path = BUDGETS + "/" + budget + "/windows";

        JsonNode open = ROOT.get(path).json().path("data");
        assertThat(open).hasSize(1);
        assertThat(open.get(0).path("id").asText()).isEqualTo(second);
        assertThat(open.get(0).path("amount").asLong()).isEqualTo(7);
        assertThat(open.get(0).path("ends_at").isNull()).isTrue();
        assertThat(ROOT.get(path + "?state=closed").json().at("/data/0/id").asText())
                .isEqualTo(first);
        assertThat(ROOT.get(path + "?state=all&subject=key_a")
                        .json()
                        .at("/data/0/subject")
                        .asText())
                .isEqualTo("key_a");
        JsonNode page = ROOT.get(path + "?state=all&limit=1").json();
        assertThat(page.path("next_cursor").asText()).isEqualTo(second);
        assertThat(ROOT.get(path + "?state=all&limit=1&cursor=" + second)
                        .json()
                        .at("/data/0/id")
                        .asText())
                .isEqualTo(first);
        for (String wrong : new String[] {"?cursor=x", "?state=ajar", "?subject=%00", "?limit=0"}) {
            assertThat(ROOT.get(path + wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void another_amount_holds_from_the_next_window_on() {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        String now = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        String next = open(budget, "", "+ interval '1 h'", "+ interval '25 h'");
        patch(budget, "{\"amount\":\"4\"}");
        assertThat(target(now)).isEqualTo("10000000000");
        assertThat(target(next)).as("it has not begun").isEqualTo("4000000000");

        patch(budget, "{\"amount\":\"5\",\"immediate\":true}");
        assertThat(target(now)).isEqualTo("5000000000");
        assertThat(target(next)).isEqualTo("5000000000");
    }

    @Test
    void a_season_multiplies_the_amount_from_the_next_window_on_and_rounds_down() {
        String budget = budget("\"amount\":\"0.000000003\",\"period\":\"day\"");
        String now = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        String next = open(budget, "", "+ interval '1 h'", "+ interval '25 h'");
        patch(budget, "{\"multiplier\":\"1.9\"}");
        assertThat(target(now)).isEqualTo("3");
        assertThat(target(next)).isEqualTo("5");
        assertThat(target(open(budget, "", "+ interval '25 h'", "+ interval '49 h'")))
                .as("opened since")
                .isEqualTo("5");

        patch(budget, "{\"multiplier\":\"0.999\",\"immediate\":true}");
        assertThat(target(now)).isEqualTo("2");
        patch(budget, "{\"amount\":\"10\",\"immediate\":true}");
        assertThat(target(now)).as("it goes on").isEqualTo("9990000000");
    }

    @Test
    void a_decrease_below_what_is_used_is_in_force_for_what_comes_and_falls_as_shares_come_back() {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        String window = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        String epoch = replica("live", "0 s");
        share(window, epoch, 8_000_000_000L, 1_000_000_000L);

        patch(budget, "{\"amount\":\"3\",\"immediate\":true}");
        JsonNode read = window(budget);
        assertThat(read.path("amount").asText()).isEqualTo("3");
        assertThat(read.path("in_force").asText()).isEqualTo("8");
        assertThat(read.path("remaining").asText()).isEqualTo("2");
        assertThat(DATABASE.value("select recalled_at is not null from budget_window where id = " + window))
                .isEqualTo("t");

        DATABASE.execute("select return_share(" + window + ", " + epoch + ", 99, 6000000000)");
        assertThat(window(budget).path("in_force").asText()).isEqualTo("3");
    }

    @Test
    void another_zone_takes_away_what_was_opened_ahead_unless_somebody_has_a_share_of_it() {
        String unused = budget("\"amount\":\"10\",\"period\":\"day\"");
        String now = open(unused, "", "- interval '1 h'", "+ interval '1 h'");
        String ahead = open(unused, "", "+ interval '1 h'", "+ interval '25 h'");
        patch(unused, "{\"zone\":\"Asia/Tokyo\"}");
        assertThat(DATABASE.value(
                        "select string_agg(id::text, ',') from budget_window where budget_id = '" + unused + "'"))
                .isEqualTo(now);
        assertThat(DATABASE.value(
                        "select status from grant_share(" + ahead + ", " + replica("live", "0 s") + ", 1, 1, 1)"))
                .as("a replica that had it opened asks for another one")
                .isEqualTo("closed");

        String used = budget("\"amount\":\"10\",\"period\":\"day\"");
        String next = open(used, "", "+ interval '1 h'", "+ interval '25 h'");
        share(next, replica("live", "0 s"), 0, 0);
        patch(used, "{\"zone\":\"Asia/Tokyo\"}");
        assertThat(DATABASE.value(
                        "select string_agg(id::text, ',') from budget_window where budget_id = '" + used + "'"))
                .isEqualTo(next);
    }

    @Test
    void an_increase_is_in_force_until_it_ends() {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        String window = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        String path = BUDGETS + "/" + budget + "/increases";
        Answer created = ROOT.post(path, "{\"amount\":\"2.5\",\"ends_at\":\"" + LATER + "\",\"reason\":\"the sale\"}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(target(window)).isEqualTo("12500000000");
        String id = created.json().path("id").asText();
        assertThat(ROOT.get(path).json().at("/data/0")).isEqualTo(created.json());
        assertThat(ROOT.get("/admin/v1/audit?object_id=" + id)
                        .json()
                        .at("/data/0/action")
                        .asText())
                .isEqualTo("budget_increase.create");

        Answer coming = ROOT.post(
                path, "{\"amount\":\"1\",\"starts_at\":\"2029-01-01T00:00:00Z\",\"ends_at\":\"" + LATER + "\"}");
        assertThat(target(window)).as("not begun").isEqualTo("12500000000");
        assertThat(ROOT.delete(path + "/" + coming.json().path("id").asText()).status())
                .isEqualTo(204);
        assertThat(ROOT.get(path).json().path("data")).as("never was").hasSize(1);

        assertThat(ROOT.delete(path + "/" + id).status()).isEqualTo(204);
        assertThat(target(window)).isEqualTo("10000000000");
        assertThat(ROOT.delete(path + "/" + id).status()).as("again").isEqualTo(204);
        assertThat(ROOT.delete(path + "/inc_none").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ends_at\":\"2030-01-01T00:00:00Z\"}",
                "{\"amount\":\"1\"}",
                "{\"amount\":\"0\",\"ends_at\":\"2030-01-01T00:00:00Z\"}",
                "{\"amount\":1,\"ends_at\":\"2030-01-01T00:00:00Z\"}",
                "{\"amount\":\"1\",\"ends_at\":\"2020-01-01T00:00:00Z\"}",
                "{\"amount\":\"1\",\"ends_at\":\"9999-01-01T00:00:00Z\"}",
                "{\"amount\":\"1\",\"starts_at\":\"2031-01-01T00:00:00Z\",\"ends_at\":\"2030-01-01T00:00:00Z\"}",
                "{\"amount\":\"1\",\"ends_at\":\"2030-01-01T00:00:00Z\",\"subject\":\"key_a\"}",
            })
    void an_increase_that_is_none_is_refused(String body) {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        assertThat(ROOT.post(BUDGETS + "/" + budget + "/increases", body).status())
                .isEqualTo(400);
    }

    @Test
    void a_credit_is_what_was_paid_in() {
        String credit = budget("\"period\":\"credit\"");
        assertThat(ROOT.get(BUDGETS + "/" + credit).json().path("amount").isNull())
                .isTrue();
        String path = BUDGETS + "/" + credit + "/top-ups";
        Answer first = ROOT.post(path, "{\"amount\":\"5\",\"reason\":\"invoice 1\"}");
        assertThat(first.status()).as(first.toString()).isEqualTo(201);
        String window = open(credit, "", "- interval '1 h'", null);
        assertThat(target(window)).as("paid in before the window was opened").isEqualTo("5000000000");

        Answer second =
                ROOT.post(path, "{\"amount\":\"2\",\"expires_at\":\"" + LATER + "\"}", "Idempotency-Key", "paid");
        assertThat(ROOT.post(path, "{\"amount\":\"2\",\"expires_at\":\"" + LATER + "\"}", "Idempotency-Key", "paid")
                        .json())
                .as("once")
                .isEqualTo(second.json());
        assertThat(target(window)).isEqualTo("7000000000");
        JsonNode trail = ROOT.get(path).json().path("data");
        assertThat(trail).hasSize(2);
        assertThat(trail.get(1)).isEqualTo(first.json());
        assertThat(trail.get(0).path("expires_at").asText()).isEqualTo(LATER);
        assertThat(ROOT.get("/admin/v1/audit?object_id="
                                + second.json().path("id").asText())
                        .json()
                        .at("/data/0/action")
                        .asText())
                .isEqualTo("credit_top_up.create");

        assertThat(ROOT.post(path, "{\"amount\":\"-2\"}").status()).isEqualTo(400);
        assertThat(ROOT.post(path, "{\"amount\":\"2\",\"expires_at\":\"2020-01-01T00:00:00Z\"}")
                        .status())
                .isEqualTo(400);
        assertThat(ROOT.post(BUDGETS + "/" + credit + "/increases", "{\"amount\":\"1\",\"ends_at\":\"" + LATER + "\"}")
                        .errorCode())
                .isEqualTo("conflict");
        String monthly = budget("\"amount\":\"10\",\"period\":\"month\"");
        assertThat(ROOT.post(BUDGETS + "/" + monthly + "/top-ups", "{\"amount\":\"1\"}")
                        .errorCode())
                .isEqualTo("conflict");
    }

    @Test
    void what_is_in_doubt_is_released_or_charged_once() {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        String window = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        String wrong = doubt(window, 1_000_000_000L);
        String right = doubt(window, 2_000_000_000L);
        assertThat(ROOT.get("/admin/v1/doubts?budget_id=" + budget).json().path("data"))
                .hasSize(2);

        Answer released = ROOT.post("/admin/v1/doubts/" + wrong + "/release", "");
        assertThat(released.status()).as(released.toString()).isEqualTo(200);
        assertThat(released.json().path("state").asText()).isEqualTo("released");
        assertThat(released.json().path("request_id").asText()).startsWith("req_");
        assertThat(window(budget).path("in_doubt").asText()).isEqualTo("2");

        assertThat(ROOT.post("/admin/v1/doubts/" + right + "/charge", "").status())
                .isEqualTo(200);
        JsonNode read = window(budget);
        assertThat(read.path("in_doubt").asText()).isEqualTo("0");
        assertThat(read.path("spent").asText()).isEqualTo("2");
        assertThat(read.path("remaining").asText()).isEqualTo("8");

        assertThat(ROOT.post("/admin/v1/doubts/" + right + "/charge", "").status())
                .as("again")
                .isEqualTo(200);
        assertThat(ROOT.post("/admin/v1/doubts/" + right + "/release", "").errorCode())
                .isEqualTo("conflict");
        assertThat(ROOT.get("/admin/v1/audit?action=doubt.charge&object_id=" + right)
                        .json()
                        .path("data"))
                .hasSize(1);
        assertThat(ROOT.get("/admin/v1/doubts?budget_id=" + budget).json().path("data"))
                .isEmpty();
        assertThat(ROOT.get("/admin/v1/doubts?state=charged&budget_id=" + budget)
                        .json()
                        .path("data"))
                .hasSize(1);
        assertThat(ROOT.post("/admin/v1/doubts/nothing/release", "").status()).isEqualTo(404);
        assertThat(ROOT.post("/admin/v1/doubts/987654321/release", "").status()).isEqualTo(404);
    }

    @Test
    void a_lost_replica_gives_back_what_it_had_and_one_that_lives_or_comes_back_does_not() {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        String window = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        String lost = replica("live", "1 h");
        share(window, lost, 5_000_000_000L, 2_000_000_000L);
        JsonNode listed = replicaOf(lost);
        assertThat(listed.path("state").asText()).isEqualTo("suspect");
        assertThat(listed.at("/unspent/0/measure").asText()).isEqualTo("charge");
        assertThat(listed.at("/unspent/0/amount").asText()).isEqualTo("3");

        Answer released = ROOT.post("/admin/v1/replicas/" + lost + "/release", "");
        assertThat(released.status()).as(released.toString()).isEqualTo(200);
        assertThat(released.json().path("state").asText()).isEqualTo("closed");
        assertThat(released.json().path("unspent")).isEmpty();
        assertThat(window(budget).path("held").asText()).isEqualTo("0");
        assertThat(window(budget).path("spent").asText()).isEqualTo("2");
        assertThat(DATABASE.value("select status from grant_share(" + window + ", " + lost + ", 1000, 1, 1)"))
                .as("it gets nothing any more")
                .isEqualTo("superseded");
        assertThat(ROOT.get("/admin/v1/audit?action=replica.release&object_id=" + lost)
                        .json()
                        .at("/data/0/before/unspent/0/amount")
                        .asText())
                .isEqualTo("3");

        String alive = replica("live", "0 s");
        share(window, alive, 1_000_000_000L, 0);
        assertThat(ROOT.post("/admin/v1/replicas/" + alive + "/release", "").errorCode())
                .isEqualTo("conflict");

        String journal = UUID.randomUUID().toString();
        String before = replica("superseded", "1 h");
        String after = replica("live", "0 s");
        DATABASE.execute(
                "update replica set journal_id = '" + journal + "' where epoch in (" + before + "," + after + ")");
        share(window, before, 1_000_000_000L, 0);
        Answer refused = ROOT.post("/admin/v1/replicas/" + before + "/release", "");
        assertThat(refused.errorCode()).isEqualTo("conflict");
        assertThat(refused.text()).contains("replica " + after);
        assertThat(ROOT.post("/admin/v1/replicas/none/release", "").status()).isEqualTo(404);
    }

    @Test
    void drift_is_found() {
        assertThat(ROOT.get(BUDGETS + "/drift").json().path("data")).isNotNull();
        String budget = budget("\"amount\":\"1\",\"period\":\"day\"");
        String window = open(budget, "", "- interval '1 h'", "+ interval '1 h'");
        share(window, replica("live", "0 s"), 2_000_000_000L, 1L);
        assertThat(ROOT.get(BUDGETS + "/drift").text())
                .contains("\"window_id\":" + window)
                .contains("more is used than the amount")
                .contains("settled is not what the ledger has booked");
    }

    /** What a replica does that opens a window while the budget is changed: one of both waits, and sees the other. */
    @Test
    void a_window_that_is_opened_while_the_amount_changes_has_the_new_one() throws Exception {
        String budget = budget("\"amount\":\"10\",\"period\":\"day\"");
        try (Connection replica = DATABASE.connect();
                Statement statement = replica.createStatement()) {
            replica.setAutoCommit(false);
            statement.execute(
                    "select open_window('" + budget + "', '', now(), now() - interval '1 h', now() + interval '1 h')");
            Thread change = Thread.ofVirtual().start(() -> patch(budget, "{\"amount\":\"4\",\"immediate\":true}"));
            Await.until(
                    "the change waits",
                    () -> DATABASE.value("select count(*) > 0 from pg_locks where not granted")
                            .equals("t"));
            replica.commit();
            change.join();
        }
        assertThat(window(budget).path("amount").asText()).isEqualTo("4");
    }

    private static String budget(String members) {
        return budget(members, "\"per\":[]");
    }

    private static String budget(String members, String scope) {
        Answer created = ROOT.post(
                BUDGETS,
                "{\"name\":\"x\",\"scope\":{\"owner\":\"organization\",\"owner_id\":" + quote(ACME) + "," + scope + "},"
                        + members + "}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.json().path("id").asText();
    }

    private static String open(String budget, String subject, String start, @Nullable String end) {
        String ends = end == null ? "'infinity'" : "now() " + end;
        DATABASE.execute("select open_window('%s', '%s', greatest(now(), now() %s), now() %s, %s)"
                .formatted(budget, subject, start, start, ends));
        return DATABASE.value("select max(id) from budget_window where budget_id = '" + budget + "'");
    }

    private static String replica(String state, String ago) {
        DATABASE.execute("insert into replica (slot, state, seen_at) select coalesce(max(slot), 0) + 1, '" + state
                + "', now() - interval '" + ago + "' from replica");
        return DATABASE.value("select max(epoch) from replica");
    }

    private static void share(String window, String epoch, long granted, long settled) {
        DATABASE.execute(
                "insert into share_granted values (" + window + "," + epoch + "," + granted + ", 1, " + granted + ")",
                "insert into share_settled values (" + window + "," + epoch + "," + settled + ", 0)");
    }

    private static String doubt(String window, long amount) {
        DATABASE.execute("insert into doubt (window_id, request_id, epoch, amount, reason) values (" + window
                + ", gen_random_uuid(), 1, " + amount + ", 'no_answer')");
        return DATABASE.value("select max(id) from doubt");
    }

    private static JsonNode window(String budget) {
        return ROOT.get(BUDGETS + "/" + budget + "/windows").json().at("/data/0");
    }

    private static String target(String window) {
        return DATABASE.value("select target_amount from budget_window where id = " + window);
    }

    private static JsonNode replicaOf(String epoch) {
        for (JsonNode each : ROOT.get("/admin/v1/replicas?limit=1000").json().path("data")) {
            if (each.path("epoch").asText().equals(epoch)) {
                return each;
            }
        }
        throw new AssertionError("no replica " + epoch);
    }

    private static void patch(String budget, String body) {
        Answer changed = ROOT.send(ROOT.request(BUDGETS + "/" + budget)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
    }
}
