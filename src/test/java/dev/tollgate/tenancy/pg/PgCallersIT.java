package dev.tollgate.tenancy.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.tenancy.Callers.Identity;
import io.vertx.core.Future;
import java.sql.Connection;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What the database says of keys is what memory says. */
class PgCallersIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Following DATABASE = new Following();

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void a_new_key_is_known_after_the_next_look() {
        DATABASE.refresh();
        ApiKey key = DATABASE.addOrganization("new");
        assertThat(DATABASE.identify(key, NOW)).isEqualTo(new Identity.Unheard());
        DATABASE.refresh();
        assertThat(caller(key).keyId()).isEqualTo("key_" + key.publicId());
        assertThat(caller(key).models().isAll()).isTrue();
    }

    @Test
    void a_key_is_bound_to_what_its_client_and_its_organization_say() {
        ApiKey key = DATABASE.addOrganization("bound");
        DATABASE.sql(
                """
                update organization set tier = 'starter', tags = '{"team": "search", "stage": "test"}',
                       allowed_models = '{gpt-5*,gpt-4o}', expires_at = '2027-01-01Z', caller_keys_allowed = true
                where name = 'bound'
                """,
                """
                insert into client (id, organization_id, name, tags, allowed_models)
                select 'cli_bound', id, 'client', '{"stage": "production"}', '{gpt-5*}'
                from organization where name = 'bound'
                """,
                "update api_key set client_id = 'cli_bound', feature = 'chat', expires_at = '2026-12-01Z' where "
                        + isKey(key));
        DATABASE.refresh();

        Caller caller = caller(key);
        assertThat(caller.clientId()).isEqualTo("cli_bound");
        assertThat(caller.feature()).isEqualTo("chat");
        assertThat(caller.tier()).isEqualTo("starter");
        assertThat(caller.mayBringKey()).isTrue();
        assertThat(caller.tags()).isEqualTo(Map.of("team", "search", "stage", "production"));
        assertThat(caller.models().allows("gpt-5-mini")).isTrue();
        assertThat(caller.models().allows("gpt-4o")).isFalse();
        assertThat(reason(key, Instant.parse("2026-12-01T00:00:00Z"))).startsWith("it expired");
    }

    @Test
    void a_change_above_is_a_change_of_every_key_beneath() {
        ApiKey key = DATABASE.addOrganization("above");
        DATABASE.sql(
                "insert into client (id, organization_id, name) select 'cli_above', id, 'c' from organization"
                        + " where name = 'above'",
                "update api_key set client_id = 'cli_above' where " + isKey(key));
        DATABASE.refresh();
        assertThat(caller(key).clientId()).isEqualTo("cli_above");

        DATABASE.sql("update client set enabled = false where id = 'cli_above'");
        DATABASE.refresh();
        assertThat(reason(key, NOW)).isEqualTo("its client is disabled");

        DATABASE.sql("update organization set enabled = false where name = 'above'");
        DATABASE.refresh();
        assertThat(reason(key, NOW)).isEqualTo("its organization is disabled");

        DATABASE.sql(
                "update organization set enabled = true where name = 'above'",
                "update client set enabled = true, allowed_models = '{gpt-4o}' where id = 'cli_above'");
        DATABASE.refresh();
        assertThat(caller(key).models().allows("gpt-5")).isFalse();
    }

    @Test
    void a_key_that_is_switched_off_or_revoked_is_nobodys() {
        ApiKey disabled = DATABASE.addOrganization("disabled");
        ApiKey revoked = DATABASE.addOrganization("revoked");
        DATABASE.refresh();
        assertThat(caller(revoked).keyId()).isNotEmpty();
        DATABASE.sql(
                "update api_key set enabled = false where " + isKey(disabled),
                "update api_key set revoked_at = now() where " + isKey(revoked));
        DATABASE.refresh();

        assertThat(reason(disabled, NOW)).isEqualTo("it is disabled");
        assertThat(DATABASE.identify(revoked, NOW)).isEqualTo(new Identity.Unheard());
    }

    @Test
    void a_rotated_key_has_two_secrets_for_a_while() {
        ApiKey key = DATABASE.addOrganization("rotated");
        ApiKey renewed = ApiKey.renewed(key.publicId(), new Random(5));
        DATABASE.sql("update api_key set previous_sha256 = sha256, previous_expires_at = '2026-11-21T12:00:01Z',"
                + " sha256 = '\\x" + HexFormat.of().formatHex(renewed.sha256()) + "' where " + isKey(key));
        DATABASE.refresh();

        assertThat(DATABASE.identify(renewed, NOW)).isEqualTo(DATABASE.identify(key, NOW));
        assertThat(caller(key).keyId()).isEqualTo("key_" + key.publicId());
        assertThat(reason(key, NOW.plusSeconds(1))).startsWith("it was rotated");
        assertThat(DATABASE.identify(renewed, NOW.plusSeconds(1))).isInstanceOf(Identity.Known.class);
    }

    @Test
    void a_change_that_is_not_committed_yet_is_neither_seen_nor_missed() throws Exception {
        ApiKey slow = DATABASE.addOrganization("slow");
        DATABASE.refresh();
        try (Connection connection = DATABASE.connect()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("update api_key set enabled = false where " + isKey(slow));
            DATABASE.refresh();
            assertThat(caller(slow).keyId()).isNotEmpty();
            connection.commit();
        }
        DATABASE.refresh();
        assertThat(reason(slow, NOW)).isEqualTo("it is disabled");
    }

    @Test
    void looks_that_are_asked_for_at_once_all_see_what_was_there_before_them() {
        for (int i = 0; i < 20; i++) {
            Future<Integer> before = DATABASE.callers.refresh();
            ApiKey key = DATABASE.addOrganization("at once " + i);
            Future.join(before, DATABASE.callers.refresh(), DATABASE.callers.refresh())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            assertThat(caller(key).keyId()).isEqualTo("key_" + key.publicId());
        }
    }

    @Test
    void a_tenant_that_the_ledger_may_name_is_not_deleted() {
        ApiKey key = DATABASE.addOrganization("kept");
        assertThatThrownBy(() -> DATABASE.sql("delete from api_key where " + isKey(key)))
                .hasMessageContaining("a row of api_key is not deleted, because the ledger names it");
    }

    private static Caller caller(ApiKey key) {
        assertThat(DATABASE.identify(key, NOW)).isInstanceOf(Identity.Known.class);
        return ((Identity.Known) DATABASE.identify(key, NOW)).caller();
    }

    private static String reason(ApiKey key, Instant now) {
        assertThat(DATABASE.identify(key, now)).isInstanceOf(Identity.Unknown.class);
        return ((Identity.Unknown) DATABASE.identify(key, now)).reason();
    }

    private static String isKey(ApiKey key) {
        return "public_id = '" + key.publicId() + "'";
    }
}
