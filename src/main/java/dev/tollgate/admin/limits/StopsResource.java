package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.pg.Owners;
import dev.tollgate.limits.pg.PgStops;
import dev.tollgate.limits.rules.RuleFilter;
import dev.tollgate.limits.rules.Stop;
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
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Stops: one call pauses spend, another one resumes it. */
@Path("/admin/v1/stops")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class StopsResource {
    private static final String TYPE = "stop";

    private final AdminRequest admin;
    private final RuleChanges changes;
    private final PgStops stops;
    private final RandomGenerator random;

    public StopsResource(AdminRequest admin, RuleChanges changes, PgStops stops, RandomGenerator random) {
        this.admin = admin;
        this.changes = changes;
        this.stops = stops;
        this.random = random;
    }

    /** Stops, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List stops, newest first")
    public Uni<Page<StopView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "`active` ones by default, `ended` ones (lifted), or `all`.")
                    @QueryParam("state")
                    @Nullable
                    String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        RuleFilters.plain("cursor", cursor);
        String of = RuleFilters.plain("organization_id", admin.principal().scope(organizationId));
        RuleFilter.State asked = Choice.of("state", state, RuleFilter.State.class, RuleFilter.State.ACTIVE);
        return AdminRequest.uni(() -> stops.list(of, asked, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, StopView::of, Stop::id));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "Read a stop")
    @APIResponseSchema(StopView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> stops.find(id).map(found -> answer(reached(principal, found))));
    }

    @POST
    @Requires(Permission.STOPS_WRITE)
    @Operation(
            summary = "Stop spend",
            description = "At once in the process that answers, and within a second in all others. Requests are refused"
                    + " until it is lifted.")
    @APIResponseSchema(value = StopView.class, responseCode = "201")
    public Uni<Response> create(StopBody body) {
        Stop asked = body.of(admin.principal(), "stp_" + Credential.newPublicId(random));
        return changes.make(change -> Owners.find(change, asked.owner().label(), asked.ownerId())
                .compose(found -> {
                    Owners.Found owner = RuleChanges.reachedOwner(change.principal(), "owner_id", found);
                    return stops.create(
                            change,
                            StopBody.owned(
                                    asked, owner.organizationId(), RuleChanges.origin(change.principal(), owner)));
                })
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/stops/" + created.id(), view(created))
                            .withVersion(created.version());
                }));
    }

    /** Lets spend go on. */
    @POST
    @Path("{id}/lift")
    @Requires(Permission.STOPS_WRITE)
    @Operation(summary = "Lift a stop", description = "Spend goes on, unless another stop holds.")
    @APIResponseSchema(StopView.class)
    public Uni<Response> lift(@PathParam("id") String id) {
        return lifted(id, IfMatch.any(), StopsResource::answer);
    }

    /** The same. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.STOPS_WRITE)
    @Operation(summary = "Lift a stop", description = "The same as `POST …/lift`.")
    @APIResponse(responseCode = "204", description = "It is lifted.")
    public Uni<Response> delete(@PathParam("id") String id) {
        return lifted(id, admin.ifMatch(), _ -> Answer.noContent());
    }

    private Uni<Response> lifted(String id, IfMatch ifMatch, Function<Stop, Answer> answer) {
        Principal principal = admin.principal();
        return changes.make(change -> stops.lock(change, id).compose(found -> {
            Stop before = reached(principal, found);
            ifMatch.mustBe(before.version());
            RuleChanges.mustBeOwn(principal, before.origin());
            if (before.liftedAt() != null) {
                change.nothingChanged();
                return Future.succeededFuture(answer.apply(before));
            }
            return stops.lift(change, before).map(after -> {
                record(change, "lift", before, after);
                return answer.apply(after);
            });
        }));
    }

    private static void record(Change change, String verb, @Nullable Stop before, Stop after) {
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.id(),
                after.organizationId(),
                before == null ? null : view(before),
                view(after));
    }

    private static Answer answer(Stop stop) {
        return Answer.ok(view(stop)).withVersion(stop.version());
    }

    private static JsonObject view(Stop stop) {
        return AdminJson.object(StopView.of(stop));
    }

    /** What is out of reach is as if it weren't there. */
    private static Stop reached(Principal principal, Optional<Stop> found) {
        return found.filter(stop -> principal.reaches(stop.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such stop."));
    }
}
