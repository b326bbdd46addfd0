package dev.tollgate.admin.settings;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.settings.Cascade;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.Place;
import dev.tollgate.settings.Setting;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Switches features on and off, many at once. */
@Path("/admin/v1/features/switch")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class FeatureSwitchResource {
    private static final int FEATURES_MAX = 100;
    private static final int CLIENTS_MAX = 1_000;

    private final AdminRequest admin;
    private final SettingsChanges changes;

    public FeatureSwitchResource(AdminRequest admin, SettingsChanges changes) {
        this.admin = admin;
        this.changes = changes;
    }

    /** What is to be switched. */
    @Schema(example = """
            {"organization_id": "org_4fk2m9x0q7ab", "client_ids": ["cli_7c3n5v1z8y2d"], "features": ["chat", "search"],
             "enabled": false, "cascade": "refuse", "dry_run": false}
            """)
    public record Switch(
            @Schema(description = "By default that of the token.") @Nullable
            String organizationId,

            @Schema(description = "Up to 1,000 clients; left out, the organization itself, and so all of its clients.")
            @Nullable
            List<@Nullable String> clientIds,

            @Schema(description = "Up to 100 features; `*` stands for all that are not named.") @Nullable
            List<@Nullable String> features,

            @Nullable Boolean enabled,

            @Schema(
                    description =
                            "`refuse` by default, or `clamp`: what becomes of clients that have a feature switched"
                                    + " on which is switched off for their organization.")
            @Nullable
            String cascade,

            @Schema(description = "True tells what it would do, and does nothing.") @Nullable
            Boolean dryRun) {}

    @POST
    @Requires(Permission.SETTINGS_WRITE)
    @Operation(
            summary = "Switch features on or off, over an organization or many of its clients",
            description = "All of it or nothing, in one version.")
    @APIResponseSchema(ChangeView.class)
    public Uni<Response> switchAll(Switch body) {
        String organization =
                Given.required("organization_id", admin.principal().scope(body.organizationId()));
        boolean enabled = Given.required("enabled", body.enabled());
        List<String> features = bounded("features", body.features(), FEATURES_MAX);
        List<@Nullable String> clients = body.clientIds() == null
                ? Collections.singletonList(null)
                : Collections.unmodifiableList(bounded("client_ids", body.clientIds(), CLIENTS_MAX));
        SettingsChanges.How how = new SettingsChanges.How(
                organization, "switch", Cascade.of(body.cascade()), Boolean.TRUE.equals(body.dryRun()));
        return changes.make(how, (_, locked) -> {
            Map<Place, Optional<FeatureSettings>> asked = new LinkedHashMap<>();
            for (String client : clients) {
                for (String feature : features) {
                    Place place = Place.named(client, feature);
                    FeatureSettings before = locked.settings().at(place);
                    asked.put(
                            place,
                            Optional.of(
                                    (before == null ? FeatureSettings.NONE : before).with(Setting.ENABLED, enabled)));
                }
            }
            return Future.succeededFuture(asked);
        });
    }

    private static List<String> bounded(String member, @Nullable List<@Nullable String> given, int most) {
        List<@Nullable String> values = Given.required(member, given);
        if (values.isEmpty() || values.size() > most) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    member + ": " + values.size() + " (expected: 1 to " + most + ")",
                    member);
        }
        return values.stream().map(value -> Given.required(member, value)).toList();
    }
}
