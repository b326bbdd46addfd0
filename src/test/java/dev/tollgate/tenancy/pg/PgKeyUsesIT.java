package dev.tollgate.tenancy.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.KeyUses;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** When keys were used last, of several replicas, in the database. */
class PgKeyUsesIT {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Following DATABASE = new Following();

    private final KeyUses uses = new KeyUses();
    private final PgKeyUses store = new PgKeyUses(DATABASE.pool, uses);

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void uses_are_stored_once_and_forgotten() {
        ApiKey one = DATABASE.addOrganization("one");
        ApiKey other = DATABASE.addOrganization("other");
        uses.note("key_" + one.publicId(), NOON);
        uses.note("key_" + other.publicId(), NOON.plusSeconds(1));
        Following.await(store.store());

        assertThat(lastUsed(one)).isEqualTo(NOON);
        assertThat(lastUsed(other)).isEqualTo(NOON.plusSeconds(1));
        assertThat(uses.noted()).isEmpty();
    }

    @Test
    void the_latest_use_of_all_replicas_wins() {
        ApiKey key = DATABASE.addOrganization("replicas");
        KeyUses elsewhere = new KeyUses();
        elsewhere.note("key_" + key.publicId(), NOON.plusSeconds(9));
        Following.await(new PgKeyUses(DATABASE.pool, elsewhere).store());
        uses.note("key_" + key.publicId(), NOON);
        Following.await(store.store());

        assertThat(lastUsed(key)).isEqualTo(NOON.plusSeconds(9));
    }

    @Test
    void a_key_that_is_not_in_the_database_is_in_nobodys_way() {
        ApiKey key = DATABASE.addOrganization("there");
        uses.note("key_" + key.publicId(), NOON);
        uses.note("key_never_stored", NOON);
        Following.await(store.store());

        assertThat(lastUsed(key)).isEqualTo(NOON);
        assertThat(uses.noted()).isEmpty();
    }

    private static Instant lastUsed(ApiKey key) {
        return Following.await(DATABASE.pool
                        .query("select last_used_at from api_key_use where public_id = '" + key.publicId() + "'")
                        .execute())
                .iterator()
                .next()
                .getOffsetDateTime(0)
                .toInstant();
    }
}
