package dev.tollgate.admin.litellm;

import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.tenants.KeyView;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Key;
import dev.tollgate.tenancy.Profile;
import dev.tollgate.tenancy.Stamps;
import dev.tollgate.tenancy.pg.PgKeys;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes, changes and ends keys together with their rules, within one change. */
@Singleton
public class KeyChanges {
    private final Belonging belonging;
    private final KeyNames names;
    private final FieldRules rules;
    private final KnownKeys known;
    private final PgKeys keys;

    public KeyChanges(Belonging belonging, KeyNames names, FieldRules rules, KnownKeys known, PgKeys keys) {
        this.belonging = belonging;
        this.names = names;
        this.rules = rules;
        this.known = known;
        this.keys = keys;
    }

    Future<KeyInfo.Known> create(Change change, KeyRequest body, Wanted wanted, ApiKey secret, Instant now) {
        String id = "key_" + secret.publicId();
        Profile profile = body.profile(id, KeyRequest.fresh(id), now);
        return belonging
                .find(change, body.organizationId(), body.teamId())
                .compose(tenant -> {
                    Key asked = new Key(
                            id, tenant.organizationId(), tenant.clientId(), profile, null, null, null, Stamps.NONE);
                    return mustBeAlone(change, asked)
                            .compose(_ -> budgetMustExist(change, asked))
                            .compose(_ -> keys.create(change, asked, secret));
                })
                .compose(created -> {
                    record(change, "create", null, created);
                    return rules.apply(change, holder(created), Ruleset.NONE, wanted)
                            .compose(own -> known.of(change, created, own));
                });
    }

    Future<KeyInfo.Known> update(Change change, String id, KeyRequest body, Wanted wanted, Instant now) {
        return keys.lock(change, id)
                .map(found -> reached(change.principal(), "key", found))
                .compose(before -> {
                    mustStay("organization_id", body.organizationId(), before.organizationId());
                    mustStay("team_id", body.teamId(), before.clientId(), before.organizationId());
                    Key asked = new Key(
                            id,
                            before.organizationId(),
                            before.clientId(),
                            body.profile(id, before.profile(), now),
                            before.feature(),
                            before.previousExpiresAt(),
                            before.lastUsedAt(),
                            before.stamps());
                    return write(change, before, asked);
                })
                .compose(after -> rules.lock(change, KnownKeys.scope(after))
                        .compose(was -> rules.apply(change, holder(after), was, wanted))
                        .compose(own -> known.of(change, after, own)));
    }

    /** Revokes all of the keys, or none, and answers their tokens. */
    Future<List<String>> delete(Change change, KeysRequest body, List<String> given) {
        Set<String> ids = new LinkedHashSet<>();
        Future<Void> revoked = Future.succeededFuture();
        for (String name : given) {
            revoked = revoked.compose(_ -> id(change, body, name))
                    .compose(id -> ids.add(id) ? revoke(change, body.field(), id) : Future.succeededFuture());
        }
        return revoked.compose(_ -> keys.labels(change, ids))
                .map(labels -> ids.stream()
                        .map(id -> KeyNames.token(
                                Objects.requireNonNull(labels.get(id)).sha256()))
                        .toList());
    }

    /** What is out of reach, or has ended, is as if it weren't there. */
    static Key reached(Principal principal, String field, Optional<Key> found) {
        return found.filter(key -> principal.reaches(key.organizationId()))
                .filter(key -> !key.stamps().isEnded())
                .orElseThrow(() -> KeyNames.unknown(field));
    }

    private Future<Key> write(Change change, Key before, Key asked) {
        if (asked.equals(before)) {
            change.nothingChanged();
            return Future.succeededFuture(before);
        }
        boolean sameName = asked.profile().name().equals(before.profile().name());
        boolean sameBudget = Objects.equals(
                SharedBudget.of(asked.profile().tags()),
                SharedBudget.of(before.profile().tags()));
        return (sameName ? Future.<Void>succeededFuture() : mustBeAlone(change, asked))
                .compose(_ -> sameBudget ? Future.<Void>succeededFuture() : budgetMustExist(change, asked))
                .compose(_ -> keys.update(change, asked))
                .map(after -> {
                    record(change, "update", before, after);
                    return after;
                });
    }

    private Future<String> id(Change change, KeysRequest body, String name) {
        if (body.field().equals("keys")) {
            return names.id(change, "keys", name);
        }
        return belonging
                .find(change, body.organizationId(), null)
                .compose(tenant -> keys.lockNamed(change, tenant.organizationId(), name))
                .map(found -> {
                    if (found.size() != 1) {
                        throw new Problem(
                                ProblemCode.OBJECT_NOT_FOUND,
                                "key_aliases: there are " + found.size()
                                        + " keys of one of these names (expected: one)",
                                "key_aliases");
                    }
                    return found.getFirst().id();
                });
    }

    private Future<Void> revoke(Change change, String field, String id) {
        return keys.lock(change, id)
                .map(found -> reached(change.principal(), field, found))
                .compose(before -> keys.revoke(change, id).compose(after -> {
                    record(change, "revoke", before, after);
                    return rules.lock(change, KnownKeys.scope(after)).compose(own -> rules.archive(change, own));
                }));
    }

    /** Scripts know keys by their aliases. */
    private Future<Void> mustBeAlone(Change change, Key asked) {
        return keys.lockNamed(change, asked.organizationId(), asked.profile().name())
                .map(others -> {
                    if (others.stream().anyMatch(other -> !other.id().equals(asked.id()))) {
                        throw new Problem(
                                ProblemCode.INVALID_VALUE,
                                "key_alias: another key of the organization has it (expected: one of its own)",
                                "key_alias");
                    }
                    return null;
                });
    }

    private Future<Void> budgetMustExist(Change change, Key asked) {
        String budgetId = SharedBudget.of(asked.profile().tags());
        if (budgetId == null) {
            return Future.succeededFuture();
        }
        return rules.lock(change, SharedBudget.scope(asked.organizationId(), budgetId))
                .map(found -> {
                    if (found.isEmpty()) {
                        throw new Problem(
                                ProblemCode.INVALID_VALUE,
                                "budget_id: the organization has no such budget (expected: one of POST /budget/new)",
                                "budget_id");
                    }
                    return null;
                });
    }

    private static FieldRules.Holder holder(Key key) {
        return new FieldRules.Holder(
                KnownKeys.scope(key), key.organizationId(), key.profile().name());
    }

    private static void mustStay(String field, @Nullable String asked, @Nullable String... was) {
        if (asked != null && !Arrays.asList(was).contains(asked)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    field + ": a key stays where it is (expected: left out; or make another key)",
                    field);
        }
    }

    private static void record(Change change, String verb, @Nullable Key before, Key after) {
        change.record(
                "key." + verb,
                "key",
                after.id(),
                after.organizationId(),
                before == null ? null : AdminJson.object(KeyView.of(before)),
                AdminJson.object(KeyView.of(after)));
    }
}
