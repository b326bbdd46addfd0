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
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A POST with an Idempotency-Key is done once. */
class IdempotencyIT {
    private static final String TOKENS = "/admin/v1/tokens";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();

    private final ApiClient root = TOLLGATE.administration();
    private final String organization = DATABASE.value("select id from organization");
    private final String key = UUID.randomUUID().toString();

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_repetition_makes_nothing_and_is_told_that_the_secret_was_shown_once() {
        Answer first = post(key, "once");
        Answer again = post(key, "once");

        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.errorCode()).isEqualTo("secret_shown_once");
        assertThat(again.json().at("/error/message").asText())
                .contains(first.json().path("id").asText());
        assertThat(made("once")).isEqualTo(1);
    }

    @Test
    void the_same_key_with_another_body_is_refused() {
        post(key, "one");

        Answer other = post(key, "two");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.errorCode()).isEqualTo("idempotency_key_reused");
        assertThat(made("two")).isZero();
    }

    @Test
    void another_principal_has_keys_of_its_own() {
        JsonNode made = root.post(
                        TOKENS,
                        "{\"name\":\"Ann\",\"role\":\"organization_administrator\",\"organization_id\":"
                                + quote(organization) + "}")
                .json();
        ApiClient ann = new ApiClient(root.root(), made.path("token").asText());

        assertThat(post(key, "mine").status()).isEqualTo(201);
        assertThat(ann.post(TOKENS, body("mine"), "Idempotency-Key", key).status())
                .isEqualTo(201);
    }

    @Test
    void what_failed_is_tried_again() {
        String wrong = "{\"name\":\"x\",\"role\":\"viewer\",\"organization_id\":\"org_late\"}";
        assertThat(root.post(TOKENS, wrong, "Idempotency-Key", key).status()).isEqualTo(404);
        DATABASE.execute("insert into organization (id, name) values ('org_late', 'late')");

        assertThat(root.post(TOKENS, wrong, "Idempotency-Key", key).status()).isEqualTo(201);
    }

    @Test
    void a_key_is_forgotten_after_a_day() {
        post(key, "yesterday");
        DATABASE.execute("update idempotent_answer set created_at = now() - interval '24 hours 1 second' where key = '"
                + key + "'");

        assertThat(post(key, "yesterday").status()).isEqualTo(201);
        assertThat(made("yesterday")).isEqualTo(2);
    }

    @Test
    void twins_at_the_same_time_make_one() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                answers.add(threads.submit(() -> post(key, "twin")));
            }
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
        }
        assertThat(statuses).containsOnlyOnce(201);
        assertThat(statuses).allMatch(status -> status == 201 || status == 409);
        assertThat(made("twin")).isEqualTo(1);
    }

    /** The first is held up at the end of the audit log, and with it its answer. */
    @Test
    void a_twin_waits_for_the_first() throws Exception {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from audit_head for update");
            CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> post(key, "slow"));
            Await.until("the first waits", () -> waiting() == 1);
            CompletableFuture<Answer> twin = CompletableFuture.supplyAsync(() -> post(key, "slow"));
            Await.until("the twin waits, too", () -> waiting() == 2);
            assertThat(twin.isDone()).isFalse();
            connection.commit();

            assertThat(first.get().status()).isEqualTo(201);
            assertThat(twin.get().errorCode()).isEqualTo("secret_shown_once");
        }
    }

    /** A crash before the commit leaves neither the change nor its answer, so that the repetition is the first. */
    @Test
    void a_crash_in_between_leaves_nothing() throws Exception {
        TollgateProcess crashing = TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_ADMIN_TOKEN", TOLLGATE.adminToken())
                .start();
        ApiClient other = crashing.administration();
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select from audit_head for update");
            CompletableFuture<Void> lost =
                    CompletableFuture.runAsync(() -> other.post(TOKENS, body("crash"), "Idempotency-Key", key));
            Await.until("it waits", () -> waiting() == 1);
            crashing.kill();
            connection.rollback();
            lost.exceptionally(_ -> null).get();
        }

        assertThat(post(key, "crash").status()).isEqualTo(201);
        assertThat(made("crash")).isEqualTo(1);
    }

    @Test
    void a_key_that_is_none_is_refused() {
        assertThat(post("x".repeat(255), "long").status()).isEqualTo(201);
        assertThat(post("x".repeat(256), "longer").status()).isEqualTo(400);
        assertThat(post("two words", "words").status()).isEqualTo(400);
        assertThat(post("", "empty").status()).isEqualTo(400);
    }

    private Answer post(String idempotencyKey, String name) {
        return root.post(TOKENS, body(name), "Idempotency-Key", idempotencyKey);
    }

    private String body(String name) {
        return "{\"name\":%s,\"role\":\"billing\",\"organization_id\":%s}".formatted(quote(name), quote(organization));
    }

    private static int made(String name) {
        return Integer.parseInt(DATABASE.value("select count(*) from admin_token where name = '" + name + "'"));
    }

    private static int waiting() {
        return Integer.parseInt(
                DATABASE.value("select count(*) from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock'"));
    }
}
