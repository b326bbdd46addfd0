package dev.tollgate.admin.limits;

import dev.tollgate.access.Principal;
import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.limits.rules.Stop;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to be stopped. */
@Schema(example = """
        {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab", "cut_streams": true, "reason": "a key has leaked"}
        """)
public record StopBody(
        @Schema(
                description = "`platform`, `organization`, `client`, `key`, `model` or `account`; by default the"
                        + " organization of the token. Roles of an organization stop that, its clients and keys.")
        @Nullable
        String owner,

        @Schema(
                description = "The id of the organization, client, key or account, or the name of the model (or its"
                        + " beginning, with a star at its end).")
        @Nullable
        String ownerId,

        @Schema(description = "Whether requests that are under way are cut, too; by default they finish.") @Nullable
        Boolean cutStreams,

        @Schema(description = Words.REASON) @Nullable String reason) {
    private static final String MEMBER = "owner_id";

    Stop of(Principal principal, String id) {
        Stop.Owner by = owner == null && principal.organizationId() != null
                ? Stop.Owner.ORGANIZATION
                : Choice.of("owner", Given.required("owner", owner), Stop.Owner.class);
        return new Stop(
                id,
                by,
                ownerId(by, principal),
                null,
                null,
                Boolean.TRUE.equals(cutStreams),
                RuleBounds.text("reason", reason == null ? "" : reason),
                Instant.EPOCH,
                null,
                0);
    }

    /** The same of an owner that was found. */
    static Stop owned(Stop asked, @Nullable String organizationId, @Nullable String origin) {
        return new Stop(
                asked.id(),
                asked.owner(),
                asked.ownerId(),
                organizationId,
                origin,
                asked.cutStreams(),
                asked.reason(),
                asked.createdAt(),
                null,
                0);
    }

    private String ownerId(Stop.Owner by, Principal principal) {
        return switch (by) {
            case ORGANIZATION -> Given.required(MEMBER, principal.scope(ownerId));
            case CLIENT, KEY -> Given.required(MEMBER, ownerId);
            case PLATFORM, MODEL, ACCOUNT -> {
                if (!principal.reachesAll()) {
                    throw new Problem(
                            ProblemCode.PERMISSION_DENIED,
                            "owner: " + by.label() + " (expected of the role "
                                    + principal.role().label() + ": organization, client or key)",
                            "owner");
                }
                yield platforms(by);
            }
        };
    }

    private String platforms(Stop.Owner by) {
        if (by != Stop.Owner.PLATFORM) {
            String id = Given.required(MEMBER, ownerId);
            return by == Stop.Owner.MODEL ? RuleBounds.model(MEMBER, id) : RuleBounds.label(MEMBER, id);
        }
        if (ownerId != null && !ownerId.isEmpty()) {
            throw new Problem(ProblemCode.INVALID_VALUE, MEMBER + ": of the platform (expected: left out)", MEMBER);
        }
        return "";
    }
}
