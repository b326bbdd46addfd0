package dev.tollgate.provider;

import java.util.List;

/**
 * The models that an account may be used for: exact names, and beginnings of names with a star at their end. None stands
 * for all.
 */
public record ServedModels(List<String> patterns) {
    public static final ServedModels ALL = new ServedModels(List.of());

    public ServedModels {
        patterns = List.copyOf(patterns);
    }

    public boolean has(String model) {
        if (patterns.isEmpty()) {
            return true;
        }
        for (String pattern : patterns) {
            if (pattern.equals(model)
                    || (pattern.endsWith("*") && model.startsWith(pattern.substring(0, pattern.length() - 1)))) {
                return true;
            }
        }
        return false;
    }
}
