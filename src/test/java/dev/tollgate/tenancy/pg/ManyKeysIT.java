package dev.tollgate.tenancy.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Callers.Identity;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A hundred thousand keys: all are known, and a change of one reads one. */
class ManyKeysIT {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final int ORGANIZATIONS = 10_000;
    private static final int KEYS_EACH = 10;

    @Test
    void a_change_costs_what_it_changes() {
        try (Following database = new Following()) {
            database.sql(
                    "insert into organization (id, name) select 'org_' || lpad(i::text, 12, '0'), 'organization ' || i"
                            + " from generate_series(1, " + ORGANIZATIONS + ") i",
                    "insert into api_key (public_id, organization_id, name, sha256)"
                            + " select lpad(i::text, 12, '0'), 'org_' || lpad((1 + i % " + ORGANIZATIONS
                            + ")::text, 12, '0'), 'key ' || i, sha256(i::text::bytea)"
                            + " from generate_series(1, " + ORGANIZATIONS * KEYS_EACH + ") i");
            ApiKey key = database.addOrganization("one more");

            assertThat(database.refresh()).isEqualTo(ORGANIZATIONS * KEYS_EACH + 1);
            assertThat(Objects.requireNonNull(database.tenants.callers()).size())
                    .isEqualTo(ORGANIZATIONS * KEYS_EACH + 1);
            assertThat(database.identify(key, NOW)).isInstanceOf(Identity.Known.class);
            assertThat(database.refresh()).as("nothing changed").isZero();

            database.sql("update api_key set enabled = false where public_id = '" + key.publicId() + "'");
            assertThat(database.refresh()).as("one key").isEqualTo(1);
            assertThat(database.identify(key, NOW)).isEqualTo(new Identity.Unknown("it is disabled"));

            database.sql("update organization set tier = 'scale' where id = 'org_000000000007'");
            assertThat(database.refresh()).as("one organization").isEqualTo(KEYS_EACH);
        }
    }
}
