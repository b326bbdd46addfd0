package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedLogTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("server.log");
    }

    @Test
    void goes_on_where_the_last_run_ended() throws IOException {
        write(100, "first ");
        write(100, "second");

        assertThat(file()).hasContent("first second");
    }

    @Test
    void keeps_one_full_predecessor_and_no_more() throws IOException {
        write(6, "first ", "second", "third ", "4");

        assertThat(file()).hasContent("4");
        assertThat(folder.resolve("server.log.1")).hasContent("third ");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void drops_what_it_cannot_write_and_writes_again_once_it_can() throws IOException {
        try (BoundedLog log = new BoundedLog(folder.resolve("later/server.log"), 100)) {
            write(log, "lost");
            Files.createDirectory(folder.resolve("later"));
            write(log, "kept");
        }
        assertThat(folder.resolve("later/server.log")).hasContent("kept");
    }

    private void write(long bytesMax, String... texts) {
        try (BoundedLog log = new BoundedLog(file(), bytesMax)) {
            for (String text : texts) {
                write(log, text);
            }
        }
    }

    private static void write(BoundedLog log, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        log.write(bytes, bytes.length);
    }
}
