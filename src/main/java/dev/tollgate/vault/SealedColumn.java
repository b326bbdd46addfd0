package dev.tollgate.vault;

import java.util.regex.Pattern;

/**
 * A column of text that is sealed, of a table whose rows are found by {@code id}. What is sealed is bound to its place: it
 * opens neither in another row nor in another column.
 */
public record SealedColumn(String table, String column) {
    private static final Pattern NAME = Pattern.compile("[a-z_]+");

    public SealedColumn {
        if (!NAME.matcher(table).matches() || !NAME.matcher(column).matches()) {
            throw new IllegalArgumentException(table + "." + column + " (expected: names of SQL)");
        }
    }

    /** The name of one value in it: {@code alert_channel/chn_…/url}. */
    public String place(String id) {
        return table + "/" + id + "/" + column;
    }

    /** As it is shown: {@code alert_channel.url}. */
    @Override
    public String toString() {
        return table + "." + column;
    }
}
