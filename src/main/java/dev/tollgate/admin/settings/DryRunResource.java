package dev.tollgate.admin.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Requires;
import dev.tollgate.admin.limits.CountingRules;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.DryRun;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.settings.OrganizationSettings;
import dev.tollgate.settings.pg.PgSettings;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.pg.PgOrganizations;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestBody.OutputCap;
import dev.tollgate.wire.openai.RequestReader;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Future;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What would become of a caller's request. */
@Path("/admin/v1/dry-run")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class DryRunResource {
    private static final List<Operation> OPERATIONS =
            List.of(Operation.CHAT, Operation.COMPLETION, Operation.RESPONSE, Operation.EMBEDDING);

    private final AdminRequest admin;
    private final PgSettings store;
    private final DryRun dryRun;
    private final PgOrganizations organizations;
    private final RulesInForce rules;
    private final Optional<String> tierOfNone;
    private final InstantSource clock;

    /** @param tierOfNone holds for organizations that have no tier */
    public DryRunResource(
            AdminRequest admin,
            PgSettings store,
            PricesInForce prices,
            PgOrganizations organizations,
            RulesInForce rules,
            @ConfigProperty(name = "tollgate.default-tier") Optional<String> tierOfNone,
            InstantSource clock) {
        this.admin = admin;
        this.store = store;
        this.dryRun = new DryRun(prices);
        this.organizations = organizations;
        this.rules = rules;
        this.tierOfNone = tierOfNone;
        this.clock = clock;
    }

    /** What was looked up. */
    private record Found(
            OrganizationSettings settings, @Nullable String tier) {}

    /** Whose request it is, and what it asks for. */
    @Schema(example = """
            {"organization_id": "org_4fk2m9x0q7ab", "client_id": "cli_7c3n5v1z8y2d", "feature": "chat",
             "operation": "chat", "request": {"messages": [{"role": "user", "content": "Hello"}]}}
            """)
    public record Question(
            @Schema(description = "By default that of the token.") @Nullable
            String organizationId,

            @Schema(description = "Left out, the request is one of a key of the organization itself.") @Nullable
            String clientId,

            @Nullable String feature,

            @Schema(description = "`chat` by default, `completion`, `response` or `embedding`.") @Nullable
            String operation,

            @Schema(description = "The body that the caller would send.") @Nullable
            Map<String, @Nullable Object> request) {}

    /** What would be sent, and what it would cost; nothing is sent. */
    @POST
    @Requires(Permission.SETTINGS_READ)
    @org.eclipse.microprofile.openapi.annotations.Operation(
            summary = "Show a caller's request as it would be sent, and what it would cost",
            description = "With what is set for the feature, or the refusal that it would get for it. Nothing is sent."
                    + " The `estimate` is that of a quote; `limits` and `budgets` are those that would count it, but for"
                    + " those of keys, end users and tags, which it does not have.")
    public Uni<String> ask(Question question) {
        String organization =
                Given.required("organization_id", admin.principal().scope(question.organizationId()));
        Operation operation = operation(question.operation());
        byte[] request = AdminJson.object(Given.required("request", question.request()))
                .encode()
                .getBytes(UTF_8);
        return AdminRequest.uni(() -> store.exists(organization, question.clientId())
                        .compose(exists -> {
                            if (!exists) {
                                throw SettingsChanges.unknown("organization_id or client_id", organization);
                            }
                            return Future.all(store.of(organization), organizations.find(organization));
                        })
                        .map(both -> new Found(both.resultAt(0), tier(both.resultAt(1)))))
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(found -> answer(question, organization, operation, request, found));
    }

    private @Nullable String tier(Optional<Organization> organization) {
        String own = organization.map(Organization::tier).orElse(null);
        return own == null ? tierOfNone.orElse(null) : rules.book().tier(own);
    }

    private String answer(Question question, String organization, Operation operation, byte[] request, Found found) {
        EffectiveSettings holds = found.settings.effective(question.clientId(), question.feature());
        holds.mustBeEnabled(question.feature());
        RequestBody body = RequestReader.read(operation, request, 0, request.length, holds.defaultModel(operation));
        holds.mustAllow(operation, body.facts().model(), question.feature());
        Map<String, @Nullable String> told = new LinkedHashMap<>();
        told.put("organization_id", organization);
        told.put("client_id", question.clientId());
        told.put("feature", question.feature());
        told.put("organization_settings", holds.organizationFeature());
        told.put("client_settings", holds.clientFeature());
        told.put("provider", null);
        told.put("model", body.facts().model());
        RequestBody preset = body.with(holds.preset(), operation);
        byte[] sent = preset.forward(/* model= */ null, /* askForUsage= */ false, cap(operation, preset))
                .toBytes();
        return dryRun.answer(
                told, counting(told, found.tier), organization, operation, sent, /* provider= */ null, clock.millis());
    }

    /** The rules that count the request, but for those of a key, an end user or a tag, which it does not say. */
    private Map<String, String> counting(Map<String, @Nullable String> told, @Nullable String tier) {
        return CountingRules.of(
                rules.book(),
                new Traits(
                        Objects.requireNonNull(told.get("organization_id")),
                        told.get("client_id"),
                        /* keyId= */ "",
                        tier,
                        told.get("feature"),
                        /* endUser= */ null,
                        told.get("model"),
                        Map.of(),
                        told.get("organization_settings"),
                        told.get("client_settings")));
    }

    /** As OpenAI takes it; which account would serve the request, and how that takes it, is not known here. */
    private static @Nullable OutputCap cap(Operation operation, RequestBody body) {
        if (body.presetCap() < 0) {
            return null;
        }
        return new OutputCap(
                body.presetCap(),
                switch (operation) {
                    case CHAT -> Work.Cap.MAX_COMPLETION_TOKENS;
                    case RESPONSE -> Work.Cap.MAX_OUTPUT_TOKENS;
                    default -> Work.Cap.MAX_TOKENS;
                });
    }

    private static Operation operation(@Nullable String label) {
        if (label == null) {
            return Operation.CHAT;
        }
        return OPERATIONS.stream()
                .filter(operation -> operation.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemCode.INVALID_VALUE,
                        "operation: expected: chat, completion, response or embedding",
                        "operation"));
    }
}
