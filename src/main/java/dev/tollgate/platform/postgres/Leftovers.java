package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * PostgreSQL processes that a killed Tollgate left behind. They are known by the program they run: it lies in this data
 * folder, so no other process can be meant, whatever has become of the process ids in old files. Only for whoever holds
 * the folder's lock.
 */
record Leftovers(DataFolder folder, Duration fastStopMax, Duration immediateStopMax) {
    private static final Duration KILL_MAX = Duration.ofSeconds(10);

    Leftovers(DataFolder folder) {
        this(folder, Duration.ofSeconds(60), Duration.ofSeconds(10));
    }

    /** Stops them, the polite way first, and removes the file by which a dead server would stop a new one. */
    void stop(Path data, Consumer<String> progress) throws IOException {
        PostmasterFile file = PostmasterFile.in(data);
        if (!running().isEmpty()) {
            progress.accept("stopping the PostgreSQL that an earlier Tollgate left running …");
            stop(file);
        }
        if (file.pid().stream().anyMatch(Leftovers::isAlive)) {
            // PostgreSQL itself refuses to start while that process lives, but by now it is somebody else's.
            Files.deleteIfExists(file.path());
        }
    }

    private void stop(PostmasterFile file) {
        List<Long> servers = file.pid().stream()
                .filter(pid -> running().stream().anyMatch(process -> process.pid() == pid))
                .boxed()
                .toList();
        if (!servers.isEmpty()) {
            servers.forEach(StopMode.FAST::send);
            if (Waiting.until(() -> running().isEmpty(), fastStopMax)) {
                return;
            }
            servers.forEach(StopMode.IMMEDIATE::send);
            if (Waiting.until(() -> running().isEmpty(), immediateStopMax)) {
                return;
            }
        }
        if (!Waiting.until(this::killAll, KILL_MAX)) {
            throw new EmbeddedPostgresFailure("PostgreSQL processes "
                    + running().stream().map(ProcessHandle::pid).toList() + " of an earlier Tollgate on "
                    + folder.path() + " cannot be stopped. Stop them, then start again.");
        }
    }

    /** Whether none is left; asked again until then, because what is killed may just have had a child. */
    private boolean killAll() {
        List<ProcessHandle> left = running();
        left.forEach(ProcessHandle::destroyForcibly);
        return left.isEmpty();
    }

    /** The living processes that run a program of this folder. */
    List<ProcessHandle> running() {
        return ProcessHandle.allProcesses().filter(this::isOurs).toList();
    }

    private boolean isOurs(ProcessHandle process) {
        return process.info()
                .command()
                .filter(program -> program.startsWith(folder.path().toString()))
                .filter(program -> PostgresBinaries.contain(folder, Path.of(program)))
                .isPresent();
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).isPresent();
    }
}
