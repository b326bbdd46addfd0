package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every change is in the audit log, and the log shows when somebody tampered with it. */
class AuditIT {
    private static final String TOKENS = "/admin/v1/tokens";
    private static final String AUDIT = "/admin/v1/audit";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();

    private final ApiClient root = TOLLGATE.administration();
    private final String organization = DATABASE.value("select id from organization order by created_at limit 1");

    @BeforeEach
    void keep_the_log() {
        newToken("before");
        superuser(
                "create table audit_kept as select * from audit_log; create table head_kept as select * from audit_head");
    }

    @AfterEach
    void restore_the_log() {
        superuser("delete from audit_log; insert into audit_log select * from audit_kept; drop table audit_kept;"
                + " delete from audit_head; insert into audit_head select * from head_kept; drop table head_kept");
        assertThat(verdict().path("intact").asBoolean()).isTrue();
    }

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_change_says_who_when_from_where_before_and_after() {
        JsonNode token = newToken("Ann").json();
        String id = token.path("id").asText();
        root.delete(TOKENS + "/" + id);

        JsonNode lines = root.get(AUDIT + "?object_id=" + id).json().path("data");
        assertThat(lines).hasSize(2);
        JsonNode revoked = lines.get(0);
        JsonNode created = lines.get(1);
        assertThat(revoked.path("action").asText()).isEqualTo("token.revoke");
        assertThat(revoked.at("/principal/id").asText()).isEqualTo("root");
        assertThat(revoked.at("/principal/role").asText()).isEqualTo("platform_administrator");
        assertThat(revoked.at("/principal/remote_address").asText()).isEqualTo("127.0.0.1");
        assertThat(revoked.path("organization_id").asText()).isEqualTo(organization);
        assertThat(revoked.at("/before/revoked_at").isNull()).isTrue();
        assertThat(revoked.at("/after/revoked_at").asText()).isNotEmpty();
        assertThat(created.path("before").isNull()).isTrue();
        assertThat(created.at("/after/name").asText()).isEqualTo("Ann");
        assertThat(lines.toString()).doesNotContain(token.path("token").asText().substring(22));
    }

    @Test
    void what_changes_nothing_is_not_recorded() {
        String id = newToken("Bob").json().path("id").asText();
        root.delete(TOKENS + "/" + id);
        root.delete(TOKENS + "/" + id);
        root.delete(TOKENS + "/" + id, "If-Match", "\"99\"");

        assertThat(root.get(AUDIT + "?object_id=" + id).json().path("data")).hasSize(2);
    }

    @Test
    void the_log_is_read_in_pages_and_by_what_is_wanted() {
        newToken("page");
        newToken("page");

        JsonNode first = root.get(AUDIT + "?limit=1&action=token.create").json();
        JsonNode second = root.get(AUDIT + "?limit=1&action=token.create&cursor="
                        + first.path("next_cursor").asText())
                .json();
        assertThat(second.at("/data/0/seq").asLong())
                .isEqualTo(first.at("/data/0/seq").asLong() - 1);
        assertThat(size("?action=token.rename")).isZero();
        assertThat(size("?principal_id=tok_other")).isZero();
        assertThat(size("?to=2020-01-01T00:00:00Z")).isZero();
        assertThat(size("?from=2020-01-01T00:00:00Z")).isPositive();
        assertThat(root.get(AUDIT + "?from=yesterday").status()).isEqualTo(400);
        assertThat(root.get(AUDIT + "?cursor=x").status()).isEqualTo(400);
    }

    @Test
    void an_organizations_administrator_sees_its_own_lines_only() {
        DATABASE.execute("insert into organization (id, name) values ('org_other', 'other') on conflict do nothing");
        root.post(TOKENS, "{\"name\":\"Eve\",\"role\":\"viewer\",\"organization_id\":\"org_other\"}");
        ApiClient own = new ApiClient(
                root.root(),
                root.post(
                                TOKENS,
                                "{\"name\":\"Ida\",\"role\":\"organization_administrator\",\"organization_id\":"
                                        + quote(organization) + "}")
                        .json()
                        .path("token")
                        .asText());

        JsonNode lines = own.get(AUDIT + "?limit=1000").json().path("data");
        assertThat(lines).isNotEmpty();
        assertThat(lines).allMatch(line -> line.path("organization_id").asText().equals(organization));
        assertThat(own.get(AUDIT + "?organization_id=org_other").status()).isEqualTo(404);
        assertThat(own.get(AUDIT + "/verify").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update audit_log set action = 'nothing.happened'",
                "update audit_log set before = null, after = null, salt = null, action = 'x', erased_at = now()",
                "update audit_log set before = null, after = null, salt = null",
                "update audit_log set after = '{}', erased_at = now()",
                "delete from audit_log",
                "truncate audit_log",
                "delete from audit_head",
                "truncate audit_head",
                "insert into audit_head (only_row, seq, hash) values (false, 0, '')"
            })
    void the_log_refuses_every_change_but_more_lines(String sql) {
        assertThatThrownBy(() -> DATABASE.execute(sql)).hasMessageMatching("(?s).*(append-only|never removed).*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            update audit_log set action = 'nothing.happened' where seq = 1        | 1 | it was changed
            update audit_log set principal_id = 'tok_other' where seq = 1         | 1 | it was changed
            update audit_log set at = at + interval '1 microsecond' where seq = 1 | 1 | it was changed
            update audit_log set organization_id = null where seq = 1             | 1 | it was changed
            update audit_log set after = '{}' where seq = 1                       | 1 | its before or after was changed
            update audit_log set after = null where seq = 1                       | 1 | its before or after was changed
            update audit_log set content_hash = sha256('x') where seq = 1         | 1 | its before or after was changed
            update audit_log set hash = sha256('x') where seq = 1                 | 1 | it was changed
            update audit_log set previous_hash = sha256('x') where seq = 1        | 1 | it does not follow the line before it
            delete from audit_log where seq = 1                                   | 1 | line 1 is missing
            delete from audit_log where seq = (select max(seq) from audit_log)    | 0 | the chain ends before
            delete from audit_head                                                | 0 | the end of the chain is missing
            """)
    void tampering_shows(String tampering, long line, String reason) {
        superuser(tampering);

        JsonNode verdict = verdict();
        assertThat(verdict.path("intact").asBoolean()).as(verdict.toString()).isFalse();
        assertThat(verdict.path("reason").asText()).startsWith(reason);
        if (line > 0) {
            assertThat(verdict.path("broken_at").asLong()).isEqualTo(line);
            assertThat(verdict.path("lines").asLong()).isEqualTo(line - 1);
        }
    }

    @Test
    void the_content_of_a_line_is_erased_without_breaking_the_chain() {
        newToken("Jan");
        DATABASE.execute("update audit_log set before = null, after = null, salt = null, erased_at = now()"
                + " where after ->> 'name' = 'Jan'");

        JsonNode verdict = verdict();
        assertThat(verdict.path("intact").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("erased").asLong()).isPositive();
        assertThat(root.get(AUDIT).json().at("/data/0/erased_at").asText()).isNotEmpty();
    }

    @Test
    void more_lines_than_are_read_at_once_are_verified() {
        DATABASE.execute("insert into audit_log (principal_id, principal_name, principal_role, remote_address, action,"
                + " object_type, object_id, after) select 'root', 'x', 'y', 'z', 'a', 'b', i::text,"
                + " jsonb_build_object('i', i) from generate_series(1, 2500) i");

        JsonNode verdict = verdict();
        assertThat(verdict.path("intact").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("lines").asLong()).isGreaterThan(2_500);
        assertThat(verdict.path("head_hash").asText())
                .isEqualTo(
                        root.get(AUDIT + "?limit=1").json().at("/data/0/hash").asText());
    }

    @Test
    void two_processes_that_write_at_once_keep_one_chain() throws Exception {
        try (TollgateProcess second = TollgateProcess.setUp()
                        .over(DATABASE)
                        .asking(TestProvider.get())
                        .with("TOLLGATE_ADMIN_TOKEN", "second")
                        .start();
                ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                ApiClient one = i % 2 == 0 ? root : second.administration();
                answers.add(threads.submit(() -> one.post(TOKENS, body("at once"))));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(201);
            }
        }
        JsonNode verdict = verdict();
        assertThat(verdict.path("intact").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(DATABASE.value("select count(*) from audit_log where after ->> 'name' = 'at once'"))
                .isEqualTo("100");
    }

    private JsonNode verdict() {
        return root.get(AUDIT + "/verify").json();
    }

    private int size(String query) {
        return root.get(AUDIT + query).json().path("data").size();
    }

    private Answer newToken(String name) {
        Answer created = root.post(TOKENS, body(name));
        assertThat(created.status()).isEqualTo(201);
        return created;
    }

    private String body(String name) {
        return "{\"name\":%s,\"role\":\"billing\",\"organization_id\":%s}".formatted(quote(name), quote(organization));
    }

    /** Does what only a superuser can: the triggers that keep the log don't stop it. */
    private static void superuser(String sql) {
        DATABASE.execute("set session_replication_role = replica; " + sql);
    }
}
