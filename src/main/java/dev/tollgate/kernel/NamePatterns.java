package dev.tollgate.kernel;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Exact names, and beginnings of names that are written with a star at their end ({@code gpt-5*}). Case matters. */
public record NamePatterns(Set<String> exact, List<String> beginnings) {
    /** What fits one of the patterns, which is nothing where there are none. */
    public static NamePatterns of(Collection<String> patterns) {
        Set<String> exact = new HashSet<>();
        List<String> beginnings = new ArrayList<>();
        for (String pattern : patterns) {
            if (pattern.endsWith("*")) {
                beginnings.add(pattern.substring(0, pattern.length() - 1));
            } else {
                exact.add(pattern);
            }
        }
        return new NamePatterns(Set.copyOf(exact), List.copyOf(beginnings));
    }

    /** The patterns as they are written: exact names first, each sorted. */
    public List<String> written() {
        return Stream.concat(
                        exact.stream().sorted(),
                        beginnings.stream().map(beginning -> beginning + '*').sorted())
                .toList();
    }

    public boolean fit(String name) {
        if (exact.contains(name)) {
            return true;
        }
        for (String beginning : beginnings) {
            if (name.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }
}
