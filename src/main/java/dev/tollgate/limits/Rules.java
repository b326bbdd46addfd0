package dev.tollgate.limits;

import dev.tollgate.limits.Scope.Owner;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rules by their owners, so that those of a request are found by a look-up for each. Immutable. */
public final class Rules<R extends Rule> {
    private final Map<Owner, Map<String, List<R>>> byOwner;
    private final Map<String, R> byId;

    /** Whether any of them counts certain models only. */
    private final boolean nameModels;

    private Rules(Map<Owner, Map<String, List<R>>> byOwner, Map<String, R> byId) {
        this.byOwner = byOwner;
        this.byId = byId;
        this.nameModels = byId.values().stream().anyMatch(rule -> rule.scope().models() != null);
    }

    public static <R extends Rule> Rules<R> of(Collection<R> rules) {
        Map<Owner, Map<String, List<R>>> byOwner = new EnumMap<>(Owner.class);
        for (Owner owner : Owner.values()) {
            byOwner.put(owner, new HashMap<>());
        }
        Map<String, R> byId = new HashMap<>();
        for (R rule : rules) {
            byId.put(rule.id(), rule);
            owned(byOwner, rule.scope().owner())
                    .computeIfAbsent(rule.scope().ownerId(), _ -> new ArrayList<>())
                    .add(rule);
        }
        return new Rules<>(byOwner, byId);
    }

    /** The rule of an id, or null where there is none in force. */
    public @Nullable R find(String id) {
        return byId.get(id);
    }

    /** The rules that count a request, but for those of accounts. */
    public List<R> of(Traits traits) {
        List<R> found = new ArrayList<>(4);
        add(found, Owner.PLATFORM, "", traits);
        add(found, Owner.TIER, traits.tier(), traits);
        add(found, Owner.ORGANIZATION, traits.organizationId(), traits);
        add(found, Owner.CLIENT, traits.clientId(), traits);
        add(found, Owner.KEY, traits.keyId(), traits);
        return found;
    }

    /** The rules of all owners that requests are beneath, whatever else they look at. */
    public List<R> beneath(Traits traits) {
        List<R> found = new ArrayList<>(4);
        found.addAll(owned(Owner.PLATFORM, ""));
        found.addAll(owned(Owner.TIER, traits.tier()));
        found.addAll(owned(Owner.ORGANIZATION, traits.organizationId()));
        found.addAll(owned(Owner.CLIENT, traits.clientId()));
        found.addAll(owned(Owner.KEY, traits.keyId()));
        return found;
    }

    private List<R> owned(Owner owner, @Nullable String ownerId) {
        return ownerId == null ? List.of() : owned(byOwner, owner).getOrDefault(ownerId, List.of());
    }

    /** The rules of an account that count a request. */
    public List<R> ofAccount(String accountId, Traits traits) {
        List<R> found = new ArrayList<>(0);
        add(found, Owner.ACCOUNT, accountId, traits);
        return found;
    }

    /**
     * The rules that count a request because of where it goes: those of the account, and those of the model that is run,
     * where they don't count it already by the model that was asked for.
     *
     * @param run null where it runs none
     */
    public List<R> ofPlace(String accountId, @Nullable String run, Traits traits) {
        List<R> found = ofAccount(accountId, traits);
        if (nameModels && run != null && !run.equals(traits.model()) && !run.equals(traits.plainModel())) {
            Traits running = traits.running(run);
            addNew(found, Owner.ACCOUNT, accountId, traits, running);
            addNew(found, Owner.PLATFORM, "", traits, running);
            addNew(found, Owner.TIER, traits.tier(), traits, running);
            addNew(found, Owner.ORGANIZATION, traits.organizationId(), traits, running);
            addNew(found, Owner.CLIENT, traits.clientId(), traits, running);
            addNew(found, Owner.KEY, traits.keyId(), traits, running);
        }
        return found;
    }

    private void addNew(List<R> found, Owner owner, @Nullable String ownerId, Traits asked, Traits running) {
        for (R rule : owned(owner, ownerId)) {
            if (rule.scope().covers(running) && !rule.scope().covers(asked)) {
                found.add(rule);
            }
        }
    }

    private void add(List<R> found, Owner owner, @Nullable String ownerId, Traits traits) {
        if (ownerId == null) {
            return;
        }
        List<R> rules = owned(byOwner, owner).get(ownerId);
        if (rules == null) {
            return;
        }
        for (R rule : rules) {
            if (rule.scope().covers(traits)) {
                found.add(rule);
            }
        }
    }

    private static <R> Map<String, List<R>> owned(Map<Owner, Map<String, List<R>>> byOwner, Owner owner) {
        return Objects.requireNonNull(byOwner.get(owner));
    }
}
