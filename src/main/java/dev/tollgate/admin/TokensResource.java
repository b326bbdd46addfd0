package dev.tollgate.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.tollgate.access.AdminToken;
import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.Role;
import dev.tollgate.access.TokenRecord;
import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.PgAdminTokens;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Admin tokens: who else may administer. */
@Path("/admin/v1/tokens")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TokensResource {
    private static final int NAME_LENGTH_MAX = 200;

    private final AdminRequest admin;
    private final PgAdminTokens tokens;
    private final RandomGenerator random;
    private final InstantSource clock;

    /** @param random makes the tokens, so it must be cryptographically strong */
    public TokensResource(AdminRequest admin, PgAdminTokens tokens, RandomGenerator random, InstantSource clock) {
        this.admin = admin;
        this.tokens = tokens;
        this.random = random;
        this.clock = clock;
    }

    /** A token to be. */
    @Schema(example = """
            {"name": "Ann of finance", "role": "billing", "organization_id": "org_4fk2m9x0q7ab",
             "expires_at": "2027-01-01T00:00:00Z"}
            """)
    public record NewToken(
            @Schema(required = true, maxLength = NAME_LENGTH_MAX) @Nullable
            String name,

            @Schema(
                    required = true,
                    enumeration = {"platform_administrator", "organization_administrator", "billing", "viewer"})
            @Nullable
            String role,

            @Schema(
                    description =
                            "Which organization it reaches; the creator's own by default. None for the platform's.")
            @Nullable
            String organizationId,

            @Schema(description = "When it ends; never by default.") @Nullable
            Instant expiresAt) {}

    /** What is known of a token. */
    @Schema(example = """
            {"id": "tok_8d0s7q2m5x1c", "name": "Ann of finance", "role": "billing",
             "organization_id": "org_4fk2m9x0q7ab", "created_at": "2026-11-21T12:00:00Z", "created_by": "root",
             "expires_at": "2027-01-01T00:00:00Z", "revoked_at": null, "last_used_at": "2026-11-21T12:34:56Z"}
            """)
    public record TokenView(
            String id,
            String name,
            String role,
            @Nullable String organizationId,
            Instant createdAt,

            @Schema(description = "The id of the token that created it, or root.")
            String createdBy,

            @Nullable Instant expiresAt,
            @Nullable Instant revokedAt,

            @Schema(description = "To the minute.") @Nullable
            Instant lastUsedAt) {
        static TokenView of(TokenRecord token) {
            return new TokenView(
                    token.id(),
                    token.name(),
                    token.role().label(),
                    token.organizationId(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expiresAt(),
                    token.revokedAt(),
                    token.lastUsedAt());
        }
    }

    /** A token that was just made, with the token itself. */
    @RegisterForReflection // no resource method returns it as such
    @Schema(example = """
            {"id": "tok_8d0s7q2m5x1c", "name": "Ann of finance", "role": "billing",
             "organization_id": "org_4fk2m9x0q7ab", "created_at": "2026-11-21T12:00:00Z", "created_by": "root",
             "expires_at": "2027-01-01T00:00:00Z", "revoked_at": null, "last_used_at": null,
             "token": "tg-admin-8d0s7q2m5x1c-…"}
            """)
    public record TokenWithSecret(
            @JsonUnwrapped TokenView view,

            @Schema(description = "The token itself, shown this once.")
            String token) {}

    @GET
    @Requires(Permission.TOKENS_READ)
    @Operation(summary = "List admin tokens")
    public Uni<Page<TokenView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        String scope = admin.principal().scope(organizationId);
        return AdminRequest.uni(() -> tokens.list(scope, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, TokenView::of, TokenRecord::id));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.TOKENS_READ)
    @Operation(summary = "Read what is known of an admin token")
    @APIResponseSchema(TokenView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> tokens.find(id).map(found -> {
            TokenRecord token = reached(principal, found);
            return Answer.ok(view(token)).withVersion(token.version());
        }));
    }

    @POST
    @Requires(Permission.TOKENS_WRITE)
    @Operation(
            summary = "Create an admin token",
            description =
                    "The token itself is shown in this answer and never again: a repetition by its Idempotency-Key"
                            + " gets 409 `secret_shown_once`. Only the platform's administrator makes tokens of that role.")
    @APIResponseSchema(value = TokenWithSecret.class, responseCode = "201")
    public Uni<Response> create(NewToken asked) {
        Principal creator = admin.principal();
        String name = Given.text("name", asked.name, NAME_LENGTH_MAX);
        Role role = role(creator, Given.required("role", asked.role));
        Instant expiresAt = asked.expiresAt;
        if (expiresAt != null && !expiresAt.isAfter(clock.instant())) {
            throw new Problem(ProblemCode.INVALID_VALUE, "expires_at: expected: a time to come", "expires_at");
        }
        String organizationId = role.isPlatforms() ? none(asked.organizationId) : creator.scope(asked.organizationId);
        if (!role.isPlatforms()) {
            Given.required("organization_id", organizationId);
        }
        AdminToken token = AdminToken.generate(random);
        return admin.change(change -> mustExist(change, organizationId)
                .compose(_ -> tokens.create(change, token, name, role, organizationId, expiresAt))
                .map(created -> {
                    JsonObject view = view(created);
                    change.record("token.create", "token", created.id(), organizationId, null, view);
                    return Answer.created(
                                    "/admin/v1/tokens/" + created.id(),
                                    AdminJson.object(new TokenWithSecret(TokenView.of(created), token.reveal())))
                            .withVersion(created.version())
                            .showingSecretOnce();
                }));
    }

    @DELETE
    @Path("{id}")
    @Requires(Permission.TOKENS_WRITE)
    @Operation(summary = "Revoke an admin token", description = "For good, and at once in every process.")
    @APIResponse(responseCode = "204", description = "It is revoked.")
    public Uni<Response> revoke(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return admin.change(change -> tokens.lock(change, id).compose(found -> {
            TokenRecord before = reached(principal, found);
            ifMatch.mustBe(before.version());
            if (before.revokedAt() != null) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            return tokens.revoke(change, id).map(after -> {
                change.record("token.revoke", "token", id, before.organizationId(), view(before), view(after));
                return Answer.noContent();
            });
        }));
    }

    private static JsonObject view(TokenRecord token) {
        return AdminJson.object(TokenView.of(token));
    }

    /** What is out of reach is as if it weren't there. */
    private static TokenRecord reached(Principal principal, Optional<TokenRecord> found) {
        return found.filter(token -> principal.reaches(token.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such token."));
    }

    private static Role role(Principal creator, String label) {
        Role role = Role.of(label)
                .orElseThrow(() -> new Problem(
                        ProblemCode.INVALID_VALUE,
                        "role: expected: "
                                + Arrays.stream(Role.values()).map(Role::label).collect(Collectors.joining(", ")),
                        "role"));
        if (role.isPlatforms() && !creator.role().isPlatforms()) {
            throw new Problem(
                    ProblemCode.PERMISSION_DENIED,
                    "The role " + creator.role().label() + " may not make tokens of the role " + label + ".",
                    "role");
        }
        return role;
    }

    private static @Nullable String none(@Nullable String organizationId) {
        if (organizationId != null) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "organization_id: expected: none, for the platform's administrator reaches all",
                    "organization_id");
        }
        return null;
    }

    private Future<Void> mustExist(Change change, @Nullable String organizationId) {
        return organizationId == null
                ? Future.succeededFuture()
                : tokens.hasOrganization(change, organizationId).map(there -> {
                    if (!there) {
                        throw new Problem(
                                ProblemCode.OBJECT_NOT_FOUND, "There is no such organization.", "organization_id");
                    }
                    return null;
                });
    }
}
