package dev.tollgate.admin;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The form of an answer: named by {@code format}, else by {@code Accept}, else the first that there is. */
enum Format {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV(Csv.TYPE);

    /** Where an answer that is no JSON says how to ask for its next page. */
    static final String NEXT_CURSOR = "x-tollgate-next-cursor";

    private final String type;

    Format(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }

    private String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Format of(Query query, @Nullable String accept, Format... offered) {
        String wanted = query.one("format");
        if (wanted != null) {
            return Arrays.stream(offered)
                    .filter(format -> format.label().equals(wanted))
                    .findFirst()
                    .orElseThrow(() -> Query.invalid(
                            "format",
                            Query.cut(wanted) + " (expected: "
                                    + Arrays.stream(offered).map(Format::label).collect(Collectors.joining(", "))
                                    + ")"));
        }
        return Arrays.stream(offered)
                .filter(format ->
                        accept != null && accept.toLowerCase(Locale.ROOT).contains(format.type))
                .findFirst()
                .orElse(offered[0]);
    }
}
