package dev.tollgate.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A file of the application's source, for tests that hold documents against it. */
record SourceFile(Path path, String text) {
    private static final Path ROOT = Path.of("src/main/java");

    static SourceFile of(Class<?> type) {
        return read(ROOT.resolve(type.getName().replace('.', '/') + ".java"));
    }

    static List<SourceFile> all() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(SourceFile::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Stream<MatchResult> find(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL).matcher(text).results();
    }

    private static SourceFile read(Path path) {
        try {
            return new SourceFile(path, Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
