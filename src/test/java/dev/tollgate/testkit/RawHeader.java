package dev.tollgate.testkit;

import java.util.List;

/** A header as it lay on the wire. */
public record RawHeader(String name, String value) {

    /** The value of the first header of that name, or an empty text. */
    static String first(List<RawHeader> headers, String name) {
        return headers.stream()
                .filter(header -> header.name.equalsIgnoreCase(name))
                .map(RawHeader::value)
                .findFirst()
                .orElse("");
    }

    @Override
    public String toString() {
        return name + ": " + value;
    }
}
