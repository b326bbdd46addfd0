package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FaultDocumentTest {
    @Test
    void names_every_fault_and_no_other() throws Exception {
        String document = Files.readString(Path.of("docs/simulated-provider.md"));
        String tables = document.substring(
                document.indexOf("These replace the answer"), document.indexOf("A fault in the middle hits"));
        List<String> named = Pattern.compile("(?m)^\\| `([^`]+)` \\|")
                .matcher(tables)
                .results()
                .map(row -> row.group(1))
                .toList();
        List<String> faults = Arrays.stream(Fault.values()).map(Fault::label).toList();
        assertThat(named).contains("status-NNN").containsAll(faults).hasSize(faults.size() + 1);
    }
}
