package dev.tollgate.tenancy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The models that may be asked for, by the names that callers use: exact names, and beginnings of names with a star at
 * their end ({@code gpt-5*}). Case matters, as it does to providers.
 */
public final class AllowedModels {
    /** No restriction. */
    public static final AllowedModels ALL = new AllowedModels(List.of());

    /** A name must be on every list. The lists of an organization are shared by its keys. */
    private final List<Names> lists;

    private AllowedModels(List<Names> lists) {
        this.lists = lists;
    }

    /** Allows what one of the names or patterns fits, and nothing where there are none. */
    public static AllowedModels of(Collection<String> patterns) {
        return new AllowedModels(List.of(Names.of(patterns)));
    }

    /** Allows what both allow. */
    public AllowedModels and(AllowedModels other) {
        if (lists.isEmpty()) {
            return other;
        }
        if (other.lists.isEmpty()) {
            return this;
        }
        List<Names> both = new ArrayList<>(lists);
        both.addAll(other.lists);
        return new AllowedModels(List.copyOf(both));
    }

    public boolean allows(String model) {
        for (Names names : lists) {
            if (!names.have(model)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every model is allowed, those included whose names a request does not say. */
    public boolean isAll() {
        return lists.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AllowedModels models && lists.equals(models.lists);
    }

    @Override
    public int hashCode() {
        return lists.hashCode();
    }

    @Override
    public String toString() {
        return isAll() ? "all models" : lists.toString();
    }

    /** One list. */
    private record Names(Set<String> exact, List<String> beginnings) {
        static Names of(Collection<String> patterns) {
            Set<String> exact = new HashSet<>();
            List<String> beginnings = new ArrayList<>();
            for (String pattern : patterns) {
                if (pattern.endsWith("*")) {
                    beginnings.add(pattern.substring(0, pattern.length() - 1));
                } else {
                    exact.add(pattern);
                }
            }
            return new Names(Set.copyOf(exact), List.copyOf(beginnings));
        }

        boolean have(String model) {
            if (exact.contains(model)) {
                return true;
            }
            for (String beginning : beginnings) {
                if (model.startsWith(beginning)) {
                    return true;
                }
            }
            return false;
        }
    }
}
