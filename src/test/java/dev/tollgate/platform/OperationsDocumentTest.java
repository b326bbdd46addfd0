package dev.tollgate.platform;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/operations.md} names every metric of Tollgate's own, and none that there isn't. */
class OperationsDocumentTest {
    @Test
    void names_the_metrics_that_the_code_registers() throws IOException {
        Set<String> registered = SourceFile.all().stream()
                .filter(file -> file.text().contains("io.micrometer"))
                .flatMap(file -> file.find("\"(tollgate\\.[a-z.]+)\""))
                .map(name -> name.group(1).replace('.', '_'))
                .collect(toCollection(TreeSet::new));

        assertThat(documented()).isEqualTo(registered);
    }

    /** Prometheus sees times with their unit and counters with {@code _total} at the end of their names. */
    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md"));
        return Pattern.compile("^\\| `(tollgate_\\w+)`", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map((MatchResult row) -> row.group(1).replaceFirst("(_seconds|_total)$", ""))
                .collect(toCollection(TreeSet::new));
    }
}
