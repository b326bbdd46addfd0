package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a running server is like. Starting and stopping is {@link EmbeddedPostgresLifeTest}'s. */
class EmbeddedPostgresTest {
    @TempDir
    static Path data;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start(Prepared.unpacked(data), step -> {});
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void is_the_release_that_its_folder_is_named_after() throws Exception {
        assertThat(Rows.query(server, "SHOW server_version")).containsExactly(PostgresBinaries.VERSION);
    }

    @Test
    void has_what_was_answered_on_disk_and_is_reached_from_this_machine_only() throws Exception {
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

    @Test
    void lets_nobody_in_without_its_password_which_only_its_owner_can_read() throws Exception {
        assertThat(server.password()).hasSizeGreaterThanOrEqualTo(32);
        assertThatThrownBy(() -> Rows.execute(server.jdbcUrl(), "wrong", "SELECT 1"))
                .hasMessageContaining("password authentication failed");

        Path cluster = data.resolve("postgres/18");
        assertThat(permissions(cluster.resolve("password"))).isEqualTo("rw-------");
        assertThat(permissions(cluster)).isEqualTo("rwx------");
        assertThat(permissions(data.resolve("postgres"))).isEqualTo("rwx------");
    }

    @Test
    void sorts_and_folds_text_the_same_way_on_every_machine() throws Exception {
        assertThat(Rows.query(server, """
                SELECT concat_ws(' ', upper('é'), datlocprovider, datlocale) FROM pg_database
                WHERE datname = current_database()
                """)).containsExactly("É b C.UTF-8");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void runs_in_a_session_of_its_own_so_that_control_c_leaves_stopping_to_us() throws Exception {
        assertThat(session(server.pid())).isEqualTo(server.pid());
    }

    @Test
    void writes_its_log_into_the_data_folder() throws Exception {
        assertThatThrownBy(() -> Rows.execute(server, "SELECT nonsense")).hasMessageContaining("nonsense");

        assertThat(Waiting.until(() -> log().contains("column \"nonsense\" does not exist"), Duration.ofSeconds(10)))
                .isTrue();
        assertThat(log()).doesNotContain("SELECT nonsense");
    }

    /** The sixth field of what the kernel says; the second is a name in parentheses and may hold anything. */
    private static long session(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", "" + pid, "stat"));
        return Long.parseLong(stat.substring(stat.lastIndexOf(')')).split(" ")[4]);
    }

    private static String log() {
        try {
            return Files.readString(data.resolve("postgres/postgres.log"));
        } catch (IOException e) {
            return "";
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
