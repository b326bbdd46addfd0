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
                .flatMap(file -> file.find("\\b(Timer|Counter|Gauge)\\s*\\.builder\\(\\s*\"(tollgate[^\"]+)\""))
                .map(meter -> prometheusName(meter.group(1), meter.group(2)))
                .collect(toCollection(TreeSet::new));

        assertThat(documented()).isEqualTo(registered);
    }

    private static Set<String> documented() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md"));
        return Pattern.compile("^\\| `(tollgate_\\w+)`", Pattern.MULTILINE)
                .matcher(page)
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(toCollection(TreeSet::new));
    }

    /** Times are given in seconds, and counters end in {@code _total}. */
    private static String prometheusName(String kind, String name) {
        String suffix = switch (kind) {
            case "Timer" -> "_seconds";
            case "Counter" -> "_total";
            default -> "";
        };
        return name.replace('.', '_') + suffix;
    }
}
