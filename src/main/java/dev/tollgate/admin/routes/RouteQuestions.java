package dev.tollgate.admin.routes;

import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.privacy.EndUserHashes;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.tenancy.AllowedModels;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.tenancy.Callers;
import dev.tollgate.tenancy.Callers.Identity;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.Tenants;
import dev.tollgate.tenancy.pg.PgOrganizations;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds out whose request is asked about, and has it explained. */
@Singleton
public class RouteQuestions {
    private final AdminRequest admin;
    private final PgOrganizations organizations;
    private final Tenants tenants;
    private final RulesInForce rules;
    private final SettingsInForce settings;
    private final LimitsInUse limits;
    private final EndUserHashes endUsers;
    private final RouteExplainer explainer;
    private final InstantSource clock;

    public RouteQuestions(
            AdminRequest admin,
            PgOrganizations organizations,
            Tenants tenants,
            RulesInForce rules,
            SettingsInForce settings,
            LimitsInUse limits,
            EndUserHashes endUsers,
            RouteExplainer explainer,
            InstantSource clock) {
        this.admin = admin;
        this.organizations = organizations;
        this.tenants = tenants;
        this.rules = rules;
        this.settings = settings;
        this.limits = limits;
        this.endUsers = endUsers;
        this.explainer = explainer;
        this.clock = clock;
    }

    Uni<ExplanationView> answer(RouteQuestion question) {
        Principal principal = admin.principal();
        if (question.keyId() != null) {
            return ofKey(principal, question, question.keyId());
        }
        String organizationId = Given.required("organization_id", principal.scope(question.organizationId()));
        return AdminRequest.uni(() -> organizations.find(organizationId)).flatMap(found -> {
            Organization organization = found.orElseThrow(() -> unknown("organization_id", organizationId));
            return explain(
                    question,
                    new Caller(
                            organizationId,
                            question.clientId(),
                            /* keyId= */ "",
                            null,
                            organization.tier(),
                            Map.of(),
                            AllowedModels.ALL,
                            /* mayBringKey= */ false));
        });
    }

    private Uni<ExplanationView> ofKey(Principal principal, RouteQuestion question, String keyId) {
        Callers callers = tenants.callers();
        Identity identity = callers == null ? null : callers.find(keyId, clock.instant());
        return switch (identity) {
            case null -> throw unknown("key_id", keyId);
            case Identity.Unheard _ -> throw unknown("key_id", keyId);
            case Identity.Unknown(String reason) ->
                Uni.createFrom()
                        .item(ExplanationView.refused(null, question.model(), "the key is not accepted: " + reason));
            case Identity.Known(Caller caller) -> {
                if (!principal.reaches(caller.organizationId())) {
                    throw unknown("key_id", keyId);
                }
                mustBe("organization_id", question.organizationId(), caller.organizationId());
                mustBe("client_id", question.clientId(), caller.clientId());
                yield explain(question, caller);
            }
        };
    }

    private static void mustBe(String member, @Nullable String said, @Nullable String bound) {
        if (said != null && !said.equals(bound)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, member + ": " + said + " (expected: the key's, or none)", member);
        }
    }

    private Uni<ExplanationView> explain(RouteQuestion question, Caller caller) {
        RuleBook book = rules.book();
        String endUser = question.endUser() == null ? null : endUsers.of(caller.organizationId(), question.endUser());
        RouteCaller whose = RouteCaller.of(caller, question, book, settings, limits.tierOfNone(), endUser);
        return AdminRequest.uni(() -> explainer.explain(question, whose, book));
    }

    private static Problem unknown(String member, String id) {
        return new Problem(ProblemCode.OBJECT_NOT_FOUND, member + ": there is no " + id, member);
    }
}
