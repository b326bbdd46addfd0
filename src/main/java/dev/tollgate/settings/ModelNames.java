package dev.tollgate.settings;

import java.util.ArrayList;
import java.util.List;

/**
 * Models by the names that callers use: exact ones, and beginnings of names with a star at their end ({@code gpt-5*}).
 * Case matters, as it does to providers. An empty list has no model in it.
 */
public record ModelNames(List<String> patterns) {
    static final int NAMES_MAX = 1_000;
    static final int LENGTH_MAX = 200;
    static final String EXPECTED = "at most " + NAMES_MAX + " different names of 1 to " + LENGTH_MAX
            + " characters, a star only as the last one; null for all models";

    public ModelNames {
        patterns = List.copyOf(patterns);
    }

    public static ModelNames of(List<String> patterns) {
        return new ModelNames(patterns);
    }

    /** Whether a name is one of these. */
    public boolean have(String model) {
        return covers(patterns, model);
    }

    /** Whether the others have every name that these have. */
    boolean isWithin(ModelNames others) {
        return patterns.stream().allMatch(pattern -> covers(others.patterns, pattern));
    }

    /** The names that both have. */
    ModelNames and(ModelNames others) {
        List<String> both = new ArrayList<>();
        for (String pattern : patterns) {
            if (covers(others.patterns, pattern)) {
                both.add(pattern);
            }
        }
        for (String pattern : others.patterns) {
            if (!both.contains(pattern) && covers(patterns, pattern)) {
                both.add(pattern);
            }
        }
        return new ModelNames(both);
    }

    boolean areValid() {
        return patterns.size() <= NAMES_MAX
                && patterns.stream().distinct().count() == patterns.size()
                && patterns.stream().allMatch(ModelNames::isName);
    }

    static boolean isName(String pattern) {
        int star = pattern.indexOf('*');
        return !pattern.isBlank()
                && pattern.length() <= LENGTH_MAX
                && pattern.chars().noneMatch(Character::isISOControl)
                && (star < 0 || star == pattern.length() - 1);
    }

    /** Whether one of the patterns has all that a name or pattern has. */
    private static boolean covers(List<String> patterns, String name) {
        for (String pattern : patterns) {
            if (pattern.equals(name)
                    || (pattern.endsWith("*") && name.startsWith(pattern.substring(0, pattern.length() - 1)))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return patterns.isEmpty() ? "no models" : String.join(", ", patterns);
    }
}
