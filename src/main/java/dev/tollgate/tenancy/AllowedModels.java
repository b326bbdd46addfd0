package dev.tollgate.tenancy;

import dev.tollgate.kernel.NamePatterns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The models that may be asked for, by the names that callers use: exact names, and beginnings of names with a star at
 * their end ({@code gpt-5*}). Case matters, as it does to providers.
 */
public final class AllowedModels {
    /** No restriction. */
    public static final AllowedModels ALL = new AllowedModels(List.of());

    /** A name must be on every list. The lists of an organization are shared by its keys. */
    private final List<NamePatterns> lists;

    private AllowedModels(List<NamePatterns> lists) {
        this.lists = lists;
    }

    /** Allows what one of the names or patterns fits, and nothing where there are none. */
    public static AllowedModels of(Collection<String> patterns) {
        return new AllowedModels(List.of(NamePatterns.of(patterns)));
    }

    /** Allows what both allow. */
    public AllowedModels and(AllowedModels other) {
        if (lists.isEmpty()) {
            return other;
        }
        if (other.lists.isEmpty()) {
            return this;
        }
        List<NamePatterns> both = new ArrayList<>(lists);
        both.addAll(other.lists);
        return new AllowedModels(List.copyOf(both));
    }

    public boolean allows(String model) {
        for (NamePatterns names : lists) {
            if (!names.fit(model)) {
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
}
