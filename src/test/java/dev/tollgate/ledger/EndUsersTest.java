package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ledger.EndUsers.EndUser;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndUsersTest {
    private final List<EndUser> stored = new ArrayList<>();
    private boolean away;
    private final EndUsers endUsers = new EndUsers("a secret of sixteen".getBytes(UTF_8), this::add);

    private Future<Void> add(List<EndUser> batch) {
        if (away) {
            return Future.failedFuture("away");
        }
        stored.addAll(batch);
        return Future.succeededFuture();
    }

    /** Worked out with {@code printf 'org_1\0alice' | openssl dgst -sha256 -hmac 'a secret of sixteen'}. */
    @Test
    void have_a_hash_that_needs_the_secret() {
        assertThat(endUsers.hash("org_1", "alice")).isEqualTo("cadc5471c1202d44770a3004d4352e26");
    }

    @Test
    void of_two_organizations_have_nothing_in_common() {
        assertThat(endUsers.hash("org_1", "alice")).isNotEqualTo(endUsers.hash("org_2", "alice"));
    }

    @Test
    void are_stored_once() {
        String hash = endUsers.hash("org_1", "alice");
        endUsers.hash("org_1", "alice");
        endUsers.store();
        endUsers.hash("org_1", "alice");
        endUsers.store();
        assertThat(stored).containsExactly(new EndUser("org_1", hash, "alice"));
    }

    @Test
    void are_stored_when_they_come_again_after_the_store_was_away() {
        away = true;
        String hash = endUsers.hash("org_1", "alice");
        assertThat(endUsers.store().failed()).isTrue();
        away = false;
        assertThat(endUsers.store().succeeded()).isTrue();
        assertThat(stored).isEmpty();

        endUsers.hash("org_1", "alice");
        endUsers.store();
        assertThat(stored).containsExactly(new EndUser("org_1", hash, "alice"));
    }

    @Test
    void wait_ten_thousand_at_most_and_go_a_thousand_at_a_time() {
        for (int i = 0; i < 10_001; i++) {
            endUsers.hash("org_1", "user " + i);
        }
        endUsers.store();
        assertThat(stored).hasSize(1_000);
        for (int i = 0; i < 20; i++) {
            endUsers.store();
        }
        assertThat(stored).hasSize(10_000);
    }

    @Test
    void may_have_a_nul_in_their_name() {
        endUsers.hash("org_1", "a\0b");
        endUsers.store();
        assertThat(stored).extracting(EndUser::id).containsExactly("a\uFFFDb");
    }

    @Test
    void need_a_secret_that_is_one() {
        assertThatThrownBy(() -> new EndUsers(new byte[15], this::add)).hasMessageContaining("15 bytes");
    }
}
