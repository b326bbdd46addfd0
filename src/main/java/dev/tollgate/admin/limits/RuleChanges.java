package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.privacy.EndUserHashes;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.pg.Owners;
import dev.tollgate.limits.pg.RuleFeed;
import dev.tollgate.limits.rules.RuleRecord;
import dev.tollgate.limits.rules.RuleState;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of rules, tiers and stops, and answers when they are in force in this process. Other replicas follow
 * within a second. Says who may change what.
 */
@Singleton
public class RuleChanges {
    private static final long PATIENCE_SECONDS = 5;

    private final AdminRequest admin;
    private final RuleFeed feed;
    private final EndUserHashes endUsers;

    public RuleChanges(AdminRequest admin, RuleFeed feed, EndUserHashes endUsers) {
        this.admin = admin;
        this.feed = feed;
        this.endUsers = endUsers;
    }

    /** Makes a change as {@link AdminRequest#change} does. */
    Uni<Response> make(Function<Change, Future<Answer>> change) {
        return admin.change(change).call(() -> AdminRequest.uni(this::inForce));
    }

    /** What was committed is done, also where this process can't read it again at once. */
    public Future<Integer> inForce() {
        return feed.refresh().timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /**
     * Makes a new rule of what a request says of its scope.
     *
     * @param owned who is to own it, who must be there and in reach
     * @param maker of the rule's whole scope and its state
     */
    <R> Future<R> newRule(Change change, ScopeBody scope, Scope owned, BiFunction<Scope, RuleState, Future<R>> maker) {
        return Owners.find(change, owned.owner().label(), owned.ownerId()).compose(found -> {
            Owners.Found owner = reachedOwner(change.principal(), "scope.owner_id", found);
            return maker.apply(
                    scope.create(owned, hashes(owner.organizationId())),
                    RuleState.fresh(owner.organizationId(), origin(change.principal(), owner), true));
        });
    }

    /** The scope of a rule with what a request says in place of what it was. */
    Scope changed(@Nullable ScopeBody scope, RuleRecord was) {
        Scope before = was.rule().scope();
        return scope == null ? before : scope.change(before, hashes(was.state().organizationId()));
    }

    private ScopeBody.EndUserHash hashes(@Nullable String organizationId) {
        return ScopeBody.hashes(organizationId, id -> endUsers.of(String.valueOf(organizationId), id));
    }

    /** The owner of something new; one that is out of reach is as if it weren't there. */
    static Owners.Found reachedOwner(Principal principal, String member, Optional<Owners.Found> found) {
        Owners.Found owner = found.filter(each -> principal.reaches(each.organizationId()))
                .orElseThrow(
                        () -> new Problem(ProblemCode.OBJECT_NOT_FOUND, member + ": there is no such thing", member));
        if (owner.ended()) {
            throw new Problem(ProblemCode.CONFLICT, member + ": it has ended", member);
        }
        return owner;
    }

    /** What the platform sets for an organization says so, because that can't change it. */
    public static @Nullable String origin(Principal principal, Owners.Found owner) {
        return principal.reachesAll() && owner.organizationId() != null ? RuleState.PLATFORM : null;
    }

    /** What is out of reach is as if it weren't there. */
    static <R extends RuleRecord> R reached(Principal principal, String what, Optional<R> found) {
        return found.filter(rule -> principal.reaches(rule.state().organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such " + what + "."));
    }

    /** A rule that is in reach, of the version that the caller believes in, and that may be changed by them. */
    static <R extends RuleRecord> R changeable(Principal principal, String what, Optional<R> found, IfMatch ifMatch) {
        R rule = reached(principal, what, found);
        ifMatch.mustBe(rule.state().version());
        mustBeOwn(principal, rule.state().origin());
        return rule;
    }

    /** Refuses to change what somebody or something else keeps. */
    public static void mustBeOwn(Principal principal, @Nullable String origin) {
        if (origin == null || (origin.equals(RuleState.PLATFORM) && principal.reachesAll())) {
            return;
        }
        throw new Problem(
                ProblemCode.CONFLICT,
                origin.equals(RuleState.PLATFORM)
                        ? "The platform has set this; only its administrator changes it."
                        : "This is kept by " + origin + "; change it there.");
    }

    /** Refuses to change what has ended. */
    static void mustNotHaveEnded(String what, RuleState state) {
        if (state.archivedAt() != null) {
            throw new Problem(
                    ProblemCode.CONFLICT, "The " + what + " ended at " + state.archivedAt() + ", and stays as it is.");
        }
    }
}
