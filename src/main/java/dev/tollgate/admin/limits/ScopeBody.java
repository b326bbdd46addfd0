package dev.tollgate.admin.limits;

import dev.tollgate.access.Principal;
import dev.tollgate.admin.Given;
import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.rules.RuleBounds;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Whose requests a rule counts. In a change, what is left out stays as it is; the owner and {@code per} always stay. */
@Schema(example = """
        {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab", "models": ["gpt-5*"], "feature": "chat",
         "tag": {"key": "team", "value": "search"}, "end_user": null, "per": ["end_user"]}
        """)
public record ScopeBody(
        @Schema(description = Words.OWNER) @Nullable String owner,
        @Schema(description = Words.OWNER_ID) @Nullable String ownerId,
        @Schema(description = Words.MODELS) @Nullable Optional<List<@Nullable String>> models,
        @Schema(description = Words.FEATURE) @Nullable Optional<String> feature,
        @Schema(description = Words.TAG) @Nullable Optional<ScopeTag> tag,
        @Schema(description = Words.END_USER) @Nullable Optional<String> endUser,
        @Schema(description = Words.PER) @Nullable List<@Nullable String> per) {
    private static final String OWNER_ID = "scope.owner_id";

    /** Who is to own the rule: by default the organization of the principal. Roles of one organization own no others. */
    Scope owned(Principal principal) {
        Scope.Owner by = owner == null && principal.organizationId() != null
                ? Scope.Owner.ORGANIZATION
                : Choice.of("scope.owner", Given.required("scope.owner", owner), Scope.Owner.class);
        boolean ofOrganization = by == Scope.Owner.ORGANIZATION || by == Scope.Owner.CLIENT || by == Scope.Owner.KEY;
        if (!ofOrganization && !principal.reachesAll()) {
            throw new Problem(
                    ProblemCode.PERMISSION_DENIED,
                    "scope.owner: " + by.label() + " (expected of the role "
                            + principal.role().label() + ": organization, client or key)",
                    "scope.owner");
        }
        return Scope.of(by, ownerId(by, principal));
    }

    private String ownerId(Scope.Owner by, Principal principal) {
        if (by == Scope.Owner.PLATFORM) {
            if (ownerId != null && !ownerId.isEmpty()) {
                throw new Problem(
                        ProblemCode.INVALID_VALUE, OWNER_ID + ": of the platform (expected: left out)", OWNER_ID);
            }
            return "";
        }
        if (by == Scope.Owner.ORGANIZATION) {
            return Given.required(OWNER_ID, principal.scope(ownerId));
        }
        String id = Given.required(OWNER_ID, ownerId);
        return by == Scope.Owner.ACCOUNT ? RuleBounds.label(OWNER_ID, id) : id;
    }

    /** The scope of something new, whose owner is known. */
    Scope create(Scope owned, EndUserHash hash) {
        List<Scope.Per> each = per == null
                ? List.of()
                : per.stream()
                        .map(word -> Choice.of("scope.per", Given.required("scope.per", word), Scope.Per.class))
                        .toList();
        return applyTo(new Scope(owned.owner(), owned.ownerId(), null, null, null, null, null, each), hash);
    }

    /** The scope of something that is there with what was given in place of what it was. */
    Scope change(Scope was, EndUserHash hash) {
        mustStay("scope.owner", owner == null || owner.equals(was.owner().label()));
        mustStay(OWNER_ID, ownerId == null || ownerId.equals(was.ownerId()));
        mustStay(
                "scope.per",
                per == null
                        || per.equals(was.per().stream().map(Scope.Per::label).toList()));
        return applyTo(was, hash);
    }

    private Scope applyTo(Scope was, EndUserHash hash) {
        ScopeTag given = tag == null ? null : tag.orElse(null);
        return new Scope(
                was.owner(),
                was.ownerId(),
                models == null ? was.models() : patterns(models.orElse(null)),
                feature == null ? was.feature() : feature.orElse(null),
                tag == null ? was.tagKey() : given == null ? null : Given.required("scope.tag.key", given.key()),
                tag == null ? was.tagValue() : given == null ? null : given.value(),
                endUser == null
                        ? was.endUser()
                        : endUser.map(id -> hash.of(id, was.endUser())).orElse(null),
                was.per());
    }

    /** Told as it is kept, a hash is taken for itself. */
    interface EndUserHash {
        String of(String id, @Nullable String was);
    }

    /** The hashes of an organization's end users; those of others can't be told. */
    static EndUserHash hashes(@Nullable String organizationId, UnaryOperator<String> hash) {
        return (id, was) -> {
            if (id.equals(was)) {
                return id;
            }
            if (organizationId == null) {
                throw new Problem(
                        ProblemCode.INVALID_VALUE,
                        "scope.end_user: of no organization's rule (expected: one whose owner is an organization,"
                                + " client or key)",
                        "scope.end_user");
            }
            return hash.apply(Given.text("scope.end_user", id, 512));
        };
    }

    private static @Nullable NamePatterns patterns(@Nullable List<@Nullable String> given) {
        return given == null
                ? null
                : NamePatterns.of(given.stream()
                        .map(model -> Given.required("scope.models", model))
                        .distinct()
                        .sorted()
                        .toList());
    }

    private static void mustStay(String member, boolean stays) {
        if (!stays) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    member + ": stays what it is (expected: left out; or make another rule)",
                    member);
        }
    }
}
