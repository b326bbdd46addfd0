package dev.tollgate.admin.litellm;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Key;
import dev.tollgate.tenancy.KeyLabel;
import dev.tollgate.tenancy.pg.PgKeys;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Keys as scripts for LiteLLM make, read, change and delete them. */
@Path("/key")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class LitellmKeysResource {
    private static final String DETAILS = " Fields and differences are described in docs/litellm.md.";

    /** What is told of money and limits, which not every role may see that sees keys. */
    private static final List<String> OF_BUDGETS = List.of(
            "spend",
            "max_budget",
            "soft_budget",
            "budget_duration",
            "budget_reset_at",
            "rpm_limit",
            "tpm_limit",
            "max_parallel_requests",
            "litellm_budget_table");

    private final AdminRequest admin;
    private final LitellmChanges changes;
    private final KeyChanges keyChanges;
    private final KeyNames names;
    private final KnownKeys known;
    private final KeySpend spend;
    private final PgKeys keys;
    private final RandomGenerator random;
    private final InstantSource clock;

    /** @param random makes the keys, so it must be cryptographically strong */
    public LitellmKeysResource(
            AdminRequest admin,
            LitellmChanges changes,
            KeyChanges keyChanges,
            KeyNames names,
            KnownKeys known,
            KeySpend spend,
            PgKeys keys,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.changes = changes;
        this.keyChanges = keyChanges;
        this.names = names;
        this.known = known;
        this.spend = spend;
        this.keys = keys;
        this.random = random;
        this.clock = clock;
    }

    @POST
    @Path("generate")
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "LiteLLM: generate a key, with its budgets and limits",
            description = "All of it, or nothing. The key itself is shown in this answer and never again." + DETAILS)
    @APIResponseSchema(GeneratedKey.class)
    public Uni<Response> generate(KeyRequest body) {
        OtherFields.refuse(body.others());
        OtherFields.refuse("key", body.key() != null);
        Wanted wanted = body.wanted();
        ApiKey secret = ApiKey.generate(random);
        Instant now = clock.instant();
        return changes.make(change -> keyChanges
                .create(change, body, wanted, secret, now)
                .map(made -> {
                    String token = KeyNames.token(secret.sha256());
                    Key key = made.key();
                    JsonObject view = AdminJson.object(
                            new GeneratedKey(secret.reveal(), token, token, KeyInfo.of(made, "0", now)));
                    return new Answer(
                            200, view, key.stamps().version(), "/admin/v1/keys/" + key.id(), /* secret= */ true);
                }));
    }

    @GET
    @Path("info")
    @Requires(Permission.KEYS_READ)
    @Operation(
            summary = "LiteLLM: read a key, its spend, budgets and limits",
            description = "Roles that see keys and no money are told the rest." + DETAILS)
    @APIResponseSchema(KeyWithInfo.class)
    public Uni<Response> info(
            @Context UriInfo uri,
            @Parameter(description = "The key itself, its SHA-256 (LiteLLM's token) or `key_…`.")
                    @QueryParam("key")
                    @Nullable
                    String key) {
        KnownParameters.check(uri.getQueryParameters(), Set.of("key"));
        String name = KeyNames.given("key", key);
        Principal principal = admin.principal();
        Instant now = clock.instant();
        return admin.answer(
                () -> names.id("key", name)
                        .compose(keys::find)
                        .map(found -> KeyChanges.reached(principal, "key", found))
                        .compose(known::of)
                        .compose(each -> keys.labels(List.of(each.key().id()))
                                .compose(labels -> spend.since(each.key().id(), each.since(now), now)
                                        .map(dollars -> new KeyWithInfo(
                                                token(each.key(), labels), KeyInfo.of(each, dollars, now)))))
                        .map(view -> Answer.ok(seenBy(principal, AdminJson.object(view)))),
                LitellmJson::text);
    }

    @POST
    @Path("update")
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "LiteLLM: change a key, its budgets and limits",
            description =
                    "All of it, or nothing. What is left out stays, what is null ends. Another amount holds at once."
                            + DETAILS)
    @APIResponseSchema(UpdatedKey.class)
    public Uni<Response> update(KeyRequest body) {
        OtherFields.refuse(body.others());
        String name = KeyNames.given("key", body.key());
        Wanted wanted = body.wanted();
        Instant now = clock.instant();
        return changes.make(change -> names.id(change, "key", name)
                .compose(id -> keyChanges.update(change, id, body, wanted, now))
                .compose(each -> keys.labels(change, List.of(each.key().id())).map(labels -> {
                    Key key = each.key();
                    JsonObject view = AdminJson.object(new UpdatedKey(token(key, labels), KeyInfo.of(each, null, now)));
                    view.remove("spend");
                    return Answer.ok(view).withVersion(key.stamps().version());
                })));
    }

    @POST
    @Path("delete")
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "LiteLLM: delete keys",
            description = "Revokes them for good, with their own budgets and limits: all of them, or none." + DETAILS)
    @APIResponseSchema(DeletedKeys.class)
    public Uni<Response> delete(KeysRequest body) {
        OtherFields.refuse(body.others());
        List<String> given = body.names();
        return changes.make(change -> keyChanges
                .delete(change, body, given)
                .map(tokens -> Answer.ok(AdminJson.object(new DeletedKeys(tokens)))));
    }

    private static String token(Key key, Map<String, KeyLabel> labels) {
        return KeyNames.token(Objects.requireNonNull(labels.get(key.id())).sha256());
    }

    private static JsonObject seenBy(Principal principal, JsonObject view) {
        if (!principal.role().may(Permission.BUDGETS_READ) || !principal.role().may(Permission.USAGE_READ)) {
            OF_BUDGETS.forEach(view.getJsonObject("info")::remove);
        }
        return view;
    }
}
