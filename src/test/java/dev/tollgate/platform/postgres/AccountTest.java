package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountTest {

    @Test
    void postgresql_refuses_root_and_the_nameless_and_nobody_else() {
        assertThat(new Account(0, true).isRefusedByPostgres()).isTrue();
        assertThat(new Account(1000, false).isRefusedByPostgres()).isTrue();
        assertThat(new Account(1000, true).isRefusedByPostgres()).isFalse();
    }

    @Test
    void works_on_its_own_files_only(@TempDir Path ours) throws Exception {
        Account we = Account.current();
        Account another = new Account(we.uid() + 1, true);

        we.refuseUnlessOwnerOf(ours);

        assertThatThrownBy(() -> another.refuseUnlessOwnerOf(ours))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("belongs to user " + we.uid() + " (expected: " + another.uid());
    }
}
