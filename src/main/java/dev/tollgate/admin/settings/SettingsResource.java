package dev.tollgate.admin.settings;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.settings.Cascade;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.Place;
import dev.tollgate.settings.pg.PgSettings;
import dev.tollgate.settings.pg.PgSettings.Position;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** What organizations, and their clients, have set for features. */
@Path("/admin/v1/settings")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class SettingsResource {
    private final AdminRequest admin;
    private final PgSettings store;
    private final SettingsChanges changes;

    public SettingsResource(AdminRequest admin, PgSettings store, SettingsChanges changes) {
        this.admin = admin;
        this.store = store;
        this.changes = changes;
    }

    @GET
    @Requires(Permission.SETTINGS_READ)
    @Operation(summary = "List what is set, by organization, client and feature")
    public Uni<Page<SettingsView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @QueryParam("client_id") @Nullable String clientId,
            @Parameter(description = Words.ONE_FEATURE) @QueryParam("feature") @Nullable String feature) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        Position after = Cursors.place(wanted.cursor());
        String within = admin.principal().scope(organizationId);
        return AdminRequest.uni(() -> store.list(within, clientId, feature, after, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, SettingsView::of, row -> Cursors.of(Position.of(row))));
    }

    @GET
    @Path("{feature}")
    @Requires(Permission.SETTINGS_READ)
    @Operation(
            summary = "Read what is set for a feature",
            description = "Only what is set there; effective-settings tells what holds.")
    @APIResponseSchema(SettingsView.class)
    public Uni<Response> get(
            @PathParam("feature") String feature,
            @Parameter(description = Words.ORGANIZATION) @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.CLIENT) @QueryParam("client_id") @Nullable String clientId) {
        String organization = organization(organizationId);
        Place place = Place.named(clientId, feature);
        return admin.answer(() -> mustExist(organization, clientId)
                .compose(_ -> store.find(organization, place))
                .map(found -> {
                    SettingsView view =
                            found.map(SettingsView::of).orElseGet(() -> SettingsView.ofNothing(organization, place));
                    return Answer.ok(AdminJson.object(view)).withVersion(view.version());
                }));
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{feature}")
    @Requires(Permission.SETTINGS_WRITE)
    @Operation(
            summary = "Change what is set for a feature",
            description =
                    "A merge patch (RFC 7396): what is left out stays, what is null is inherited again. A client's"
                            + " value that is wider than what it inherits is refused.")
    @APIResponseSchema(ChangeView.class)
    public Uni<Response> change(
            @PathParam("feature") String feature,
            @Parameter(description = Words.ORGANIZATION) @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.CLIENT) @QueryParam("client_id") @Nullable String clientId,
            @Parameter(description = Words.CASCADE) @QueryParam("cascade") @Nullable String cascade,
            @Parameter(description = Words.DRY_RUN) @QueryParam("dry_run") @Nullable String dryRun,
            SettingValues body) {
        return change("update", organizationId, clientId, feature, cascade, dryRun, (_, before) -> {
            FeatureSettings after = body.applyTo(before == null ? FeatureSettings.NONE : before);
            return Future.succeededFuture(
                    before == null && after.equals(FeatureSettings.NONE) ? Optional.empty() : Optional.of(after));
        });
    }

    /** Takes everything back that is set. */
    @DELETE
    @Path("{feature}")
    @Requires(Permission.SETTINGS_WRITE)
    @Operation(summary = "Take back everything that is set for a feature", description = "Its versions stay.")
    @APIResponseSchema(ChangeView.class)
    public Uni<Response> takeBack(
            @PathParam("feature") String feature,
            @Parameter(description = Words.ORGANIZATION) @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.CLIENT) @QueryParam("client_id") @Nullable String clientId,
            @Parameter(description = Words.CASCADE) @QueryParam("cascade") @Nullable String cascade,
            @Parameter(description = Words.DRY_RUN) @QueryParam("dry_run") @Nullable String dryRun) {
        return change(
                "take_back",
                organizationId,
                clientId,
                feature,
                cascade,
                dryRun,
                (_, _) -> Future.succeededFuture(Optional.empty()));
    }

    @GET
    @Path("{feature}/versions")
    @Requires(Permission.SETTINGS_READ)
    @Operation(summary = "List every version of what was set for a feature, newest first")
    public Uni<Page<SettingsView>> versions(
            @PathParam("feature") String feature,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Parameter(description = Words.ORGANIZATION) @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.CLIENT) @QueryParam("client_id") @Nullable String clientId) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        long before = Cursors.version(wanted.cursor());
        String organization = organization(organizationId);
        Place place = Place.named(clientId, feature);
        return AdminRequest.uni(() -> mustExist(organization, clientId)
                        .compose(_ -> store.versions(organization, place, before, wanted.rows())))
                .map(rows -> Page.of(wanted, rows, SettingsView::of, row -> Long.toString(row.version())));
    }

    /** Which version is to hold again. */
    @Schema(example = """
            {"version": 3}
            """)
    public record Restoration(
            @Schema(description = "One of its versions.") @Nullable
            Long version) {}

    /** Sets again what was set with an earlier version, as a new one. */
    @POST
    @Path("{feature}/restore")
    @Requires(Permission.SETTINGS_WRITE)
    @Operation(
            summary = "Set again what was set for a feature with an earlier version",
            description = "It becomes a new version, and is held against what is inherited now.")
    @APIResponseSchema(ChangeView.class)
    public Uni<Response> restore(
            @PathParam("feature") String feature,
            @Parameter(description = Words.ORGANIZATION) @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.CLIENT) @QueryParam("client_id") @Nullable String clientId,
            @Parameter(description = Words.CASCADE) @QueryParam("cascade") @Nullable String cascade,
            @Parameter(description = Words.DRY_RUN) @QueryParam("dry_run") @Nullable String dryRun,
            Restoration body) {
        long version = Given.required("version", body.version());
        String organization = organization(organizationId);
        Place place = Place.named(clientId, feature);
        return change(
                "restore",
                organizationId,
                clientId,
                feature,
                cascade,
                dryRun,
                (change, _) -> store.version(change, organization, place, version)
                        .map(found -> Optional.ofNullable(found.orElseThrow(() -> new Problem(
                                        ProblemCode.OBJECT_NOT_FOUND,
                                        "version: there is no " + version + " of " + place,
                                        "version"))
                                .settings())));
    }

    /** What a place is to have, knowing what it has. */
    private interface Edit {
        Future<Optional<FeatureSettings>> of(dev.tollgate.access.pg.Change change, @Nullable FeatureSettings before);
    }

    private Uni<Response> change(
            String verb,
            @Nullable String organizationId,
            @Nullable String clientId,
            String feature,
            @Nullable String cascade,
            @Nullable String dryRun,
            Edit edit) {
        Place place = Place.named(clientId, feature);
        IfMatch ifMatch = admin.ifMatch();
        SettingsChanges.How how = new SettingsChanges.How(
                organization(organizationId), verb, Cascade.of(cascade), Words.isTrue("dry_run", dryRun));
        return changes.make(how, (change, locked) -> {
            ifMatch.mustBe(locked.version(place));
            return edit.of(change, locked.settings().at(place)).map(settings -> Map.of(place, settings));
        });
    }

    private String organization(@Nullable String asked) {
        return Given.required("organization_id", admin.principal().scope(asked));
    }

    private Future<Void> mustExist(String organizationId, @Nullable String clientId) {
        return store.exists(organizationId, clientId).map(exists -> {
            if (!exists) {
                throw SettingsChanges.unknown("organization_id", organizationId);
            }
            return null;
        });
    }
}
