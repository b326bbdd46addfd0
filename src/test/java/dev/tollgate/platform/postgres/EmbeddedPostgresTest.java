package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first start, later ones, and stopping. What goes wrong is {@link EmbeddedPostgresCrashTest}'s. */
class EmbeddedPostgresTest {
    @TempDir
    Path temporary;

    private final List<String> progress = new ArrayList<>();

    private Path data() {
        return temporary.resolve("its data");
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(data(), progress::add);
    }

    @AfterEach
    void nothing_is_left_running() throws IOException {
        assertThat(new Leftovers(new DataFolder(temporary.toRealPath().resolve("its data"))).running())
                .isEmpty();
    }

    @Test
    void keeps_rows_from_one_start_to_the_next_which_makes_nothing_anew() throws SQLException {
        String password;
        try (EmbeddedPostgres server = start()) {
            Rows.execute(server, "CREATE TABLE kept AS SELECT 'a row' AS text");
            password = server.password();
        }
        assertThat(progress).containsExactly("unpacking PostgreSQL 18.6 …", "making a database …");
        progress.clear();

        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a row");
            assertThat(server.password()).isEqualTo(password);
        }
        assertThat(progress).isEmpty();
    }

    @Test
    void is_the_release_that_its_folder_is_named_after() throws SQLException {
        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SHOW server_version")).containsExactly(PostgresBinaries.VERSION);
        }
        assertThat(data().resolve("postgres-" + PostgresBinaries.VERSION + "-" + PostgresPlatform.current()))
                .isDirectory();
    }

    @Test
    void has_what_was_answered_on_disk_and_is_reached_from_this_machine_only() throws SQLException {
        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, """
                    SELECT name || '=' || setting FROM pg_settings
                    WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums',
                        'listen_addresses', 'unix_socket_directories', 'password_encryption', 'server_encoding',
                        'log_timezone', 'max_connections')
                    ORDER BY name COLLATE "C"
                    """))
                    .containsExactly(
                            "data_checksums=on",
                            "fsync=on",
                            "full_page_writes=on",
                            "listen_addresses=127.0.0.1",
                            "log_timezone=UTC",
                            "max_connections=50",
                            "password_encryption=scram-sha-256",
                            "server_encoding=UTF8",
                            "synchronous_commit=on",
                            "unix_socket_directories=");
        }
    }

    @Test
    void lets_nobody_in_without_its_password_which_only_its_owner_can_read() throws IOException {
        try (EmbeddedPostgres server = start()) {
            assertThat(server.password()).hasSizeGreaterThanOrEqualTo(32);
            assertThatThrownBy(() -> Rows.execute(server.jdbcUrl(), "wrong", "SELECT 1"))
                    .hasMessageContaining("password authentication failed");
        }
        Path cluster = data().resolve("postgres/18");
        assertThat(permissions(cluster.resolve("password"))).isEqualTo("rw-------");
        assertThat(permissions(cluster)).isEqualTo("rwx------");
        assertThat(permissions(data())).isEqualTo("rwx------");
    }

    @Test
    void leaves_no_process_when_closed_even_with_clients_connected_and_may_be_closed_again() throws SQLException {
        EmbeddedPostgres server = start();
        try (var client = java.sql.DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password())) {
            assertThat(client.isValid(5)).isTrue();
            server.close();
        }
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
        server.close();
    }

    @Test
    void runs_in_a_session_of_its_own_so_that_control_c_leaves_stopping_to_us() throws IOException {
        try (EmbeddedPostgres server = start()) {
            String session = Command.run(
                            List.of("ps", "-o", "sess=", "-p", "" + server.pid()), temporary, "", Duration.ofSeconds(5))
                    .output();
            assertThat(session).isEqualTo("" + server.pid());
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
