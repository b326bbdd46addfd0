package dev.tollgate.admin;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines of CSV as in RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers
 * stay what they are.
 */
final class Csv {
    static final String TYPE = "text/csv";

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");
    private static final String FORMULA_STARTS = "=+-@\t\r\n";
    private static final String QUOTED = "\",\r\n";

    private Csv() {}

    /** Adds a line. What is null is an empty cell. */
    static void line(StringBuilder csv, List<? extends @Nullable Object> cells) {
        String separator = "";
        for (Object cell : cells) {
            csv.append(separator);
            separator = ",";
            if (cell != null) {
                cell(csv, cell.toString());
            }
        }
        csv.append("\r\n");
    }

    private static void cell(StringBuilder csv, String text) {
        boolean formula = !text.isEmpty()
                && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0
                && !NUMBER.matcher(text).matches();
        String safe = formula ? '\'' + text : text;
        if (safe.chars().noneMatch(c -> QUOTED.indexOf(c) >= 0)) {
            csv.append(safe);
        } else {
            csv.append('"').append(safe.replace("\"", "\"\"")).append('"');
        }
    }
}
