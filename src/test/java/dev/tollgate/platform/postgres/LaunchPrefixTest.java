package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LaunchPrefixTest {

    @Test
    void a_machine_that_allows_root_no_user_namespace_is_named_with_both_ways_out() {
        assertThatThrownBy(() -> LaunchPrefix.userNamespace(List.of("false")))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("refuses to run as root")
                .hasMessageContaining("Run Tollgate as another user")
                .hasMessageContaining("QUARKUS_DATASOURCE_REACTIVE_URL");
    }

    @Test
    void a_machine_without_that_program_is_the_same() {
        assertThatThrownBy(() -> LaunchPrefix.userNamespace(List.of("no-such-program")))
                .hasMessageContaining("refuses to run as root");
    }

    @Test
    void only_the_server_gets_a_session_and_an_end_with_ours() {
        LaunchPrefix prefix = new LaunchPrefix(List.of("session"), List.of("user"), List.of("death"));

        assertThat(prefix.command(List.of("initdb"))).containsExactly("user", "initdb");
        assertThat(prefix.server(List.of("postgres"))).containsExactly("session", "user", "death", "postgres");
    }
}
