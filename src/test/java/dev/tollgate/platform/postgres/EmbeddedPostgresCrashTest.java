package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever was killed, whenever: the next start works and committed rows are there. */
class EmbeddedPostgresCrashTest {
    @TempDir
    Path temporary;

    private final List<String> progress = new ArrayList<>();
    private Path data;

    @BeforeEach
    void a_data_folder_with_a_database() throws Exception {
        data = Prepared.withDatabase(temporary.toRealPath().resolve("data"));
    }

    @AfterEach
    void nothing_is_left_running() {
        assertThat(leftovers()).isEmpty();
    }

    @Test
    void a_killed_owner_leaves_its_committed_rows() throws Exception {
        try (Owner owner = Owner.start(data)) {
            Owner.Running running = owner.awaitRunning();
            Rows.execute(running.jdbcUrl(), running.password(), "UPDATE kept SET text = 'a changed row'");
            owner.kill();
        }
        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a changed row");
        }
    }

    @Test
    void a_killed_server_comes_back_where_it_was() throws Exception {
        try (EmbeddedPostgres server = start()) {
            long killed = server.pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();

            assertThat(Waiting.until(() -> server.pid() != killed && answers(server), Duration.ofSeconds(60)))
                    .isTrue();
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a row");
        }
        assertThat(progress).anyMatch(line -> line.startsWith("PostgreSQL ended unexpectedly"));
    }

    @Test
    void a_server_whose_owner_is_gone_is_stopped_before_its_successor_starts() throws Exception {
        Process orphan = orphan();

        try (EmbeddedPostgres server = start()) {
            assertThat(orphan.isAlive()).isFalse();
            assertThat(Rows.query(server, "SELECT 1")).containsExactly("1");
        }
        assertThat(progress).containsExactly("stopping the PostgreSQL that an earlier Tollgate left running …");
    }

    @Test
    void an_orphan_that_hears_no_signal_is_killed_and_its_rows_recovered() throws Exception {
        Process orphan = orphan();
        signal("STOP", orphan);

        new Leftovers(new DataFolder(data), Duration.ZERO, Duration.ZERO)
                .stop(data.resolve("postgres/18/data"), progress::add);

        assertThat(orphan.waitFor()).isNotZero();
        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a row");
        }
    }

    @Test
    void a_killed_server_whose_children_may_still_run_is_recovered() throws Exception {
        orphan().destroyForcibly().waitFor();

        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a row");
        }
    }

    @Test
    void a_process_id_that_belongs_to_another_program_by_now_is_no_obstacle() throws Exception {
        Process other = new ProcessBuilder("sleep", "600").start();
        Files.writeString(
                data.resolve("postgres/18/data/postmaster.pid"),
                other.pid() + "\n" + data.resolve("postgres/18/data")
                        + "\n1700000000\n5432\n\n127.0.0.1\n\nready   \n");
        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a row");
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void an_owner_killed_while_it_makes_the_database_leaves_nothing_that_is_used() throws Exception {
        WholeFolder.remove(data.resolve("postgres"));
        try (Owner owner = Owner.start(data)) {
            owner.awaitLine(line -> line.startsWith("making a database"));
            Path unfinished = awaitUnfinished(data.resolve("postgres"));
            assertThat(Waiting.until(() -> Files.exists(unfinished.resolve("data/base")), Duration.ofSeconds(30)))
                    .isTrue();
            owner.kill();
        }
        assertThat(data.resolve("postgres/18")).doesNotExist();

        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT 1")).containsExactly("1");
        }
        assertThat(unfinished(data.resolve("postgres"))).isEmpty();
    }

    @Test
    void an_owner_killed_while_it_unpacks_leaves_nothing_that_is_used() throws Exception {
        Path fresh = temporary.toRealPath().resolve("fresh");
        try (Owner owner = Owner.start(fresh)) {
            owner.awaitLine(line -> line.startsWith("unpacking"));
            Path unfinished = awaitUnfinished(fresh);
            assertThat(Waiting.until(() -> Files.exists(unfinished.resolve("share")), Duration.ofSeconds(30)))
                    .isTrue();
            owner.kill();
        }
        assertThat(unfinished(fresh)).hasSize(1);

        try (EmbeddedPostgres server = EmbeddedPostgres.start(fresh, progress::add)) {
            assertThat(Rows.query(server, "SELECT 1")).containsExactly("1");
        }
        assertThat(unfinished(fresh)).isEmpty();
    }

    @Test
    void programs_that_somebody_removed_are_unpacked_again() throws Exception {
        try (Stream<Path> folders = Files.list(data)) {
            for (Path folder : folders.filter(
                            path -> path.getFileName().toString().startsWith("postgres-"))
                    .toList()) {
                Files.delete(folder.resolve("bin/postgres"));
            }
        }
        try (EmbeddedPostgres server = start()) {
            assertThat(Rows.query(server, "SELECT text FROM kept")).containsExactly("a row");
        }
        assertThat(progress).containsExactly("unpacking PostgreSQL 18.6 …");
    }

    @Test
    void of_two_owners_the_second_is_told_who_the_first_is_and_the_first_goes_on() throws Exception {
        try (EmbeddedPostgres server = start();
                Owner second = Owner.start(data)) {
            second.awaitLine(("The data folder " + data + " is in use by another Tollgate (process "
                    + ProcessHandle.current().pid() + "). Stop that one first, or set TOLLGATE_DATA to another"
                    + " folder.")::equals);
            assertThat(second.exitCode()).isEqualTo(1);

            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedPostgresFailure.class)
                    .hasMessageContaining("is in use by another Tollgate (this process");
            try (Owner third = Owner.start(data)) {
                third.awaitLine(line -> line.contains("is in use by another Tollgate"));
            }
            assertThat(Rows.query(server, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void a_damaged_database_is_refused_with_what_the_server_said() throws Exception {
        Files.writeString(data.resolve("postgres/18/data/global/pg_control"), "damaged");

        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining("PostgreSQL does not start on " + data.resolve("postgres/18"))
                .hasMessageContaining("pg_control")
                .hasMessageContaining("restore the folder from a backup");
    }

    private static boolean answers(EmbeddedPostgres server) {
        try {
            return Rows.query(server, "SELECT 1").equals(List.of("1"));
        } catch (SQLException e) {
            return false;
        }
    }

    private EmbeddedPostgres start() {
        return EmbeddedPostgres.start(data, progress::add);
    }

    /** A server as it is where nothing stops it with its owner, with one client connected to it. */
    private Process orphan() throws IOException {
        PostgresBinaries binaries = PostgresBinaries.in(new DataFolder(data), PostgresPlatform.current(), step -> {});
        LaunchPrefix prefix = LaunchPrefix.detect(Account.current());
        Path cluster = data.resolve("postgres/18/data");
        List<String> command = new ArrayList<>(List.of(binaries.postgres().toString(), "-D", cluster.toString()));
        command.addAll(PostgresSettings.DURABLE.arguments());
        command.addAll(List.of("-p", "" + Server.freePort()));
        Process process = new ProcessBuilder(prefix.command(command))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        PostmasterFile file = PostmasterFile.in(cluster);
        assertThat(Waiting.until(() -> file.saysReady(process.pid()), Duration.ofSeconds(30)))
                .isTrue();
        return process;
    }

    private void signal(String signal, Process process) throws IOException {
        Command.run(List.of("sh", "-c", "kill -" + signal + " " + process.pid()), data, "", Duration.ofSeconds(10));
    }

    private List<ProcessHandle> leftovers() {
        return new Leftovers(new DataFolder(data)).running();
    }

    private static Path awaitUnfinished(Path parent) throws IOException {
        assertThat(Waiting.until(() -> !unfinished(parent).isEmpty(), Duration.ofSeconds(30)))
                .isTrue();
        return unfinished(parent).getFirst();
    }

    private static List<Path> unfinished(Path parent) {
        try (Stream<Path> all = Files.list(parent)) {
            return all.filter(path -> path.getFileName().toString().contains("unfinished"))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
