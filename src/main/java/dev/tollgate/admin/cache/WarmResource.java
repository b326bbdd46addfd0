package dev.tollgate.admin.cache;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Requires;
import dev.tollgate.cache.warming.Asker;
import dev.tollgate.cache.warming.Warming;
import dev.tollgate.cache.warming.Warmings;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Callers;
import dev.tollgate.tenancy.Tenants;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/** Fills the cache before somebody asks. */
@Path("/admin/v1/cache/warm")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class WarmResource {
    private static final String TYPE = "cache_warming";

    private final AdminRequest admin;
    private final Warmings warmings;
    private final Asker asker;
    private final Tenants tenants;
    private final InstantSource clock;
    private final RandomGenerator random;

    public WarmResource(
            AdminRequest admin,
            Warmings warmings,
            Asker asker,
            Tenants tenants,
            InstantSource clock,
            RandomGenerator random) {
        this.admin = admin;
        this.warmings = warmings;
        this.asker = asker;
        this.tenants = tenants;
        this.clock = clock;
        this.random = random;
    }

    /** Begun after it is recorded; a repetition of the request begins nothing. */
    @POST
    @Requires(Permission.CACHE_WRITE)
    @Operation(
            summary = "Warm the cache",
            description = "Sends requests one after the other, as whoever has the key would, so that their answers are"
                    + " cached where their policy lets them. It goes on in the process that answers, and ends with it.")
    @APIResponseSchema(value = WarmView.class, responseCode = "202")
    public Uni<Response> begin(WarmBody body) {
        String key = Given.required("key", body.key());
        Warming warming = new Warming(
                "wrm_" + Credential.newPublicId(random),
                organizationOf(key),
                key,
                body.toSend(),
                body.atMost(),
                asker,
                clock);
        AtomicReference<Warming> recorded = new AtomicReference<>();
        return admin.change(change -> {
                    warmings.mustHaveRoom();
                    WarmView view = WarmView.of(warming);
                    change.record(
                            TYPE + ".begin",
                            TYPE,
                            warming.id(),
                            warming.organizationId(),
                            null,
                            AdminJson.object(view));
                    recorded.set(warming);
                    return Future.succeededFuture(accepted(view));
                })
                .invoke(_ -> {
                    Warming begun = recorded.get();
                    if (begun != null) {
                        warmings.begin(begun);
                    }
                });
    }

    private static Answer accepted(WarmView view) {
        return new Answer(202, AdminJson.object(view), null, "/admin/v1/cache/warm/" + view.id(), /* secret= */ false);
    }

    @GET
    @Path("{id}")
    @Requires(Permission.CACHE_READ)
    @Operation(
            summary = "See how far a warming of the cache has come",
            description = "Known to the process that began it, which keeps the latest hundred.")
    public Uni<WarmView> get(@PathParam("id") String id) {
        return Uni.createFrom().item(WarmView.of(reached(id)));
    }

    @DELETE
    @Path("{id}")
    @Requires(Permission.CACHE_WRITE)
    @Operation(summary = "End a warming of the cache", description = "A request that is under way is still answered.")
    @APIResponseSchema(WarmView.class)
    public Uni<Response> stop(@PathParam("id") String id) {
        Warming warming = reached(id);
        return admin.change(change -> {
            warming.stop();
            change.record(
                    TYPE + ".end",
                    TYPE,
                    warming.id(),
                    warming.organizationId(),
                    null,
                    AdminJson.object(WarmView.of(warming)));
            return Future.succeededFuture(Answer.ok(AdminJson.object(WarmView.of(warming))));
        });
    }

    private Warming reached(String id) {
        Principal principal = admin.principal();
        return warmings.find(id)
                .filter(warming -> principal.reaches(warming.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such warming."));
    }

    /** Whose the key is; nobody learns of keys that are out of reach. */
    private String organizationOf(String key) {
        Callers callers = tenants.callers();
        if (callers != null
                && callers.identify(key, clock.instant()) instanceof Callers.Identity.Known(var caller)
                && admin.principal().reaches(caller.organizationId())) {
            return caller.organizationId();
        }
        throw new Problem(ProblemCode.INVALID_VALUE, "key: no key of the API that is in force", "key");
    }
}
