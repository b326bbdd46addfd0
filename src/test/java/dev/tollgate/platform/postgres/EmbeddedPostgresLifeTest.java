package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A first start, later ones, stopping, and folders that cannot be used. Crashes are {@link EmbeddedPostgresCrashTest}'s. */
class EmbeddedPostgresLifeTest {
    @TempDir
    Path temporary;

    private final List<String> progress = new ArrayList<>();
    private Path data;

    @BeforeEach
    void a_name_that_needs_quoting() throws IOException {
        data = temporary.toRealPath().resolve("it's data");
    }

    @Test
    void keeps_rows_from_one_start_to_the_next_which_makes_nothing_anew() throws Exception {
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
    void leaves_no_process_when_closed_even_with_clients_connected_and_may_be_closed_again() throws Exception {
        Prepared.unpacked(data);
        EmbeddedPostgres server = start();
        try (Connection client = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password())) {
            assertThat(client.isValid(5)).isTrue();
            server.close();
        }
        assertThat(ProcessHandle.of(server.pid())).isEmpty();
        assertThat(new Leftovers(new DataFolder(data)).running()).isEmpty();
        server.close();
    }

    @Test
    void a_database_of_another_major_version_is_refused_instead_of_starting_empty_beside_it() throws Exception {
        Prepared.unpacked(data);
        Files.createDirectories(data.resolve("postgres/17/data"));
        Files.writeString(data.resolve("postgres/17/data/PG_VERSION"), "17\n");

        assertThatFailure()
                .hasMessageContaining("was made by PostgreSQL 17 (expected: 18")
                .hasMessageContaining("Dump it");
    }

    @Test
    void a_database_without_its_password_is_refused() throws Exception {
        Prepared.unpacked(data);
        Files.createDirectories(data.resolve("postgres/18/data"));
        Files.writeString(data.resolve("postgres/18/data/PG_VERSION"), "18\n");

        assertThatFailure().hasMessageContaining("password is missing");
    }

    @Test
    void a_folder_that_cannot_be_made_is_named() throws Exception {
        Files.writeString(data, "a file where the folder should be");

        assertThatFailure()
                .hasMessageContaining("The data folder " + data + " cannot be used")
                .hasMessageContaining("is not a folder")
                .hasMessageContaining("Set TOLLGATE_DATA");
    }

    @Test
    void a_path_that_postgresql_could_not_hold_is_refused_with_its_length() {
        data = temporary
                .resolve("x".repeat(200))
                .resolve("y".repeat(200))
                .resolve("z".repeat(200))
                .resolve("w".repeat(200));

        assertThatFailure().hasMessageContaining("too long").hasMessageContaining("(expected: at most 800)");
        assertThat(temporary).isEmptyDirectory();
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(data, progress::add);
    }

    private AbstractThrowableAssert<?, ?> assertThatFailure() {
        return assertThatThrownBy(this::start).isInstanceOf(EmbeddedPostgresFailure.class);
    }
}
