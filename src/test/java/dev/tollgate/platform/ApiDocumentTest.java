package dev.tollgate.platform;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.wire.openai.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/api.md} knows every way in which Tollgate says no, and every word of the ledger. */
class ApiDocumentTest {
    private static final Path PAGE = Path.of("docs/api.md");

    @Test
    void lists_every_error_with_its_status_and_type() throws IOException {
        String rows = Pattern.compile("^\\| \\d{3} \\| `\\w+` \\| `\\w+` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(PAGE))
                .results()
                .map(MatchResult::group)
                .collect(joining("\n"));

        assertThat(rows)
                .isEqualTo(Arrays.stream(ProblemCode.values())
                        .map(code -> "| %d | `%s` | `%s` |".formatted(code.status(), code.label(), code.type()))
                        .collect(joining("\n")));
    }

    @Test
    void names_every_operation_and_every_outcome_that_an_entry_can_have() throws IOException {
        Stream<String> labels = Stream.concat(
                Arrays.stream(Operation.values()).map(Operation::label),
                Arrays.stream(Outcome.values()).map(Outcome::label));

        assertThat(Files.readString(PAGE))
                .contains(labels.map(label -> "`" + label + "`").toList());
    }
}
