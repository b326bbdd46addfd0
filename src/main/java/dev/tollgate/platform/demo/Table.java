package dev.tollgate.platform.demo;

import java.util.ArrayList;
import java.util.List;

/** Text in columns: the first aligned to the left, the others, which are figures, to the right. */
final class Table {
    private static final String MARGIN = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    /** The rows, each ended by a newline. */
    String text() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            text.append(MARGIN)
                    .append(row.getFirst())
                    .repeat(" ", widths[0] - row.getFirst().length());
            for (int i = 1; i < widths.length; i++) {
                text.append(MARGIN).repeat(" ", widths[i] - row.get(i).length()).append(row.get(i));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
