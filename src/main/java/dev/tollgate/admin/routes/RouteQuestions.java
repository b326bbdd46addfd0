package dev.tollgate.admin.routes;

import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Tenant;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.Places;
import dev.tollgate.routing.Router;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.when.Modality;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
import dev.tollgate.routing.when.Urgency;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.pg.PgOrganizations;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Explains where requests would go, by the same code that sends them there. */
@Singleton
public class RouteQuestions {
    private final AdminRequest admin;
    private final PgOrganizations organizations;
    private final RoutesInForce routes;
    private final RulesInForce rules;
    private final AccountPlaces places;
    private final InstantSource clock;
    private final Router router;

    public RouteQuestions(
            AdminRequest admin,
            PgOrganizations organizations,
            RoutesInForce routes,
            RulesInForce rules,
            AccountPlaces places,
            InstantSource clock,
            RandomGenerator random) {
        this.admin = admin;
        this.organizations = organizations;
        this.routes = routes;
        this.rules = rules;
        this.places = places;
        this.clock = clock;
        this.router = new Router(random);
    }

    Uni<ExplanationView> answer(RouteQuestion question) {
        String organizationId =
                Given.required("organization_id", admin.principal().scope(question.organizationId()));
        return AdminRequest.uni(() -> organizations.find(organizationId)).map(found -> {
            Organization organization = found.orElseThrow(() -> new Problem(
                    ProblemCode.OBJECT_NOT_FOUND, "organization_id: there is no " + organizationId, "organization_id"));
            RuleBook book = rules.book();
            String asked = question.tier() == null ? organization.tier() : question.tier();
            String tier = asked == null ? null : book.tier(asked);
            RequestTraits request = traits(question, organizationId, tier);
            return ExplanationView.of(
                    tier, router.explain(routes.routes(), question.model(), request, places(question, request, book)));
        });
    }

    private Places<Candidate> places(RouteQuestion question, RequestTraits request, RuleBook book) {
        AccountPlaces.Asked asked = new AccountPlaces.Asked(
                new Tenant(request.organizationId(), question.clientId()),
                question.provider(),
                request.promptBytes(),
                question.outputCap() == null ? -1 : question.outputCap(),
                request.at().toEpochMilli());
        return places.of(
                asked, candidate -> book.stops().whyClosed(candidate.account().id(), candidate.model()));
    }

    private RequestTraits traits(RouteQuestion question, String organizationId, @Nullable String tier) {
        Instant at = question.at() == null ? clock.instant() : question.at();
        int left = percent("budget_left", question.budgetLeft(), 100);
        return new RequestTraits(
                organizationId,
                tier,
                question.feature(),
                question.tags() == null ? Map.of() : question.tags(),
                at,
                question.promptBytes() == null ? 0 : question.promptBytes(),
                modalities(question.modality()),
                Boolean.TRUE.equals(question.tools()),
                question.urgency() == null ? Urgency.NORMAL : constant("urgency", question.urgency(), Urgency.class),
                percent("difficulty", question.difficulty(), -1),
                () -> left,
                question.prefer() == null ? null : constant("prefer", question.prefer(), Preference.class),
                question.session());
    }

    private static Set<Modality> modalities(@Nullable List<String> labels) {
        Set<Modality> modalities = EnumSet.noneOf(Modality.class);
        for (String label : labels == null ? List.<String>of() : labels) {
            modalities.add(constant("modality", label, Modality.class));
        }
        return modalities.isEmpty() ? EnumSet.of(Modality.TEXT) : modalities;
    }

    private static int percent(String member, @Nullable Integer given, int otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given < 0 || given > 100) {
            throw new Problem(ProblemCode.INVALID_VALUE, member + ": " + given + " (expected: 0..100)", member);
        }
        return given;
    }

    private static <E extends Enum<E>> E constant(String member, String label, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(label)) {
                return constant;
            }
        }
        String expected = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new Problem(ProblemCode.INVALID_VALUE, member + ": expected: " + expected, member);
    }
}
