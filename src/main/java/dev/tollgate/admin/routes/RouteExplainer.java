package dev.tollgate.admin.routes;

import dev.tollgate.kernel.Problem;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Tenant;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.AccountPlaces.Asked;
import dev.tollgate.routing.AccountPlaces.Gate;
import dev.tollgate.routing.Choice;
import dev.tollgate.routing.Considered;
import dev.tollgate.routing.DirectExplanation;
import dev.tollgate.routing.LowBudget;
import dev.tollgate.routing.LowBudget.Action;
import dev.tollgate.routing.Places;
import dev.tollgate.routing.Route;
import dev.tollgate.routing.Router;
import dev.tollgate.routing.Router.Explanation;
import dev.tollgate.routing.Routes;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.TierRouting;
import dev.tollgate.routing.when.RequestTraits;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Explains where requests would go, by the same code that sends them there. */
@Singleton
public class RouteExplainer {
    private static final long BYTES_PER_TOKEN = 4;

    private final RoutesInForce routes;
    private final DirectExplanation direct;
    private final AccountPlaces places;
    private final LimitsInUse limits;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Router router;

    public RouteExplainer(
            RoutesInForce routes,
            Accounts accounts,
            AccountPlaces places,
            LimitsInUse limits,
            InstantSource clock,
            RandomGenerator random) {
        this.routes = routes;
        this.direct = new DirectExplanation(accounts);
        this.places = places;
        this.limits = limits;
        this.clock = clock;
        this.random = random;
        this.router = new Router(random);
    }

    /** What a caller asks for, with all that is looked at. */
    private record Case(
            RouteQuestion question, RouteCaller whose, RuleBook book, RequestTraits request, Asked asked, Gate gate) {
        @Nullable
        String tier() {
            return whose.traits().tier();
        }

        @Nullable
        String model() {
            return whose.traits().model();
        }
    }

    Future<ExplanationView> explain(RouteQuestion question, RouteCaller caller, RuleBook book) {
        RouteCaller whose = withDefaultModel(caller);
        String tier = whose.traits().tier();
        String model = whose.traits().model();
        Routes all = routes.routes();
        RequestTraits request = RouteWords.traits(
                question,
                whose,
                clock.instant(),
                () -> limits.budgets().percentLeft(book.budgets().of(whose.traits()), whose.traits()));
        String refused = refused(whose, book, all.tier(tier), request);
        if (refused != null) {
            return Future.succeededFuture(ExplanationView.refused(tier, model, refused));
        }
        Asked asked = new Asked(
                new Tenant(whose.caller().organizationId(), whose.caller().clientId()),
                question.provider(),
                request.promptBytes(),
                question.outputCap() == null ? -1 : question.outputCap(),
                request.at().toEpochMilli(),
                request.session(),
                random.nextLong());
        Gate gate = candidate -> book.stops().whyClosed(candidate.account().id(), candidate.model());
        return explain(new Case(question, whose, book, request, asked, gate), all);
    }

    private static RouteCaller withDefaultModel(RouteCaller caller) {
        String byDefault = caller.settings().defaultModel(Operation.CHAT);
        return caller.traits().model() == null && byDefault != null ? caller.asking(byDefault) : caller;
    }

    /** Why a request gets no further than to its limits, or null. */
    private static @Nullable String refused(
            RouteCaller whose, RuleBook book, @Nullable TierRouting tier, RequestTraits request) {
        String model = whose.traits().model();
        String feature = whose.traits().feature();
        Stop stop = book.stops().of(whose.traits());
        if (stop != null) {
            return "spend is stopped (" + stop.id() + ")";
        }
        if (model != null && !whose.caller().models().allows(model)) {
            return "the model is not allowed to the key";
        }
        try {
            whose.settings().mustBeEnabled(feature);
            whose.settings().mustAllow(Operation.CHAT, model, feature);
        } catch (Problem problem) {
            return problem.message();
        }
        if (tier == null) {
            return null;
        }
        return tier.due(request.budgetLeft()).stream().anyMatch(Action.Stop.class::isInstance)
                ? "too little is left of a budget, and requests of tier " + tier.tier() + " end there"
                : null;
    }

    private Future<ExplanationView> explain(Case it, Routes all) {
        Places<Candidate> found = places.of(it.asked, it.gate);
        Explanation<Candidate> explanation = router.explain(all, it.model(), it.request, found);
        return switch (explanation.choice()) {
            case Choice.Direct<Candidate>(String model) ->
                model == null
                        ? Future.succeededFuture(view(it, "direct", null, null, List.of(), found))
                        : direct(it, model, explanation, found);
            case Choice.Routed<Candidate> routed ->
                Prospect.withRoom(Prospect.ofOnePayer(explanation.considered()), rooms(it))
                        .map(left -> view(it, outcome("routed", left), routed.route(), it.model(), left, found));
            case Choice.Nowhere<Candidate>(String name) ->
                Future.succeededFuture(
                        view(it, "nowhere", all.find(name), it.model(), explanation.considered(), found));
            case Choice.NotAllowed<Candidate>(String _, String model) ->
                Future.succeededFuture(view(it, "not_allowed", null, model, explanation.considered(), found));
        };
    }

    private Future<ExplanationView> direct(
            Case it, String model, Explanation<Candidate> explanation, Places<Candidate> found) {
        List<Considered<Candidate>> considered;
        try {
            considered = direct.explain(it.asked, model, it.gate, found);
        } catch (Problem problem) {
            return Future.succeededFuture(ExplanationView.refused(it.tier(), model, problem.message()));
        }
        return Prospect.withRoom(considered, rooms(it)).map(left -> {
            List<Considered<Candidate>> told = RouteWords.joined(explanation.considered(), left);
            return view(it, outcome("direct", left), null, model, told, found);
        });
    }

    private AccountRooms rooms(Case it) {
        return new AccountRooms(
                limits.rates(),
                it.book,
                it.whose.traits(),
                Math.ceilDiv(it.request.promptBytes(), BYTES_PER_TOKEN),
                Math.max(0, it.asked.outputCap()));
    }

    /** Where the only thing that speaks against the places left is that they have no room, that is how it ends. */
    private static String outcome(String otherwise, List<Considered<Candidate>> considered) {
        if (!Prospect.taken(considered).isEmpty()) {
            return otherwise;
        }
        boolean full = considered.stream()
                .anyMatch(each -> each.verdict() instanceof Considered.Verdict.PassedOver(String member, String _)
                        && member.equals("room"));
        return full ? "no_room" : "nowhere";
    }

    private ExplanationView view(
            Case it,
            String outcome,
            @Nullable Route route,
            @Nullable String model,
            List<Considered<Candidate>> considered,
            Places<Candidate> found) {
        TierRouting tier = routes.routes().tier(it.tier());
        List<LowBudget.Action> due = tier == null ? List.of() : tier.due(it.request.budgetLeft());
        return new ExplanationView(
                outcome,
                null,
                it.tier(),
                route == null ? null : route.name(),
                route == null ? null : route.version(),
                model,
                due.stream().map(Action::label).toList(),
                considered.stream()
                        .map(each -> ExplanationView.Step.of(each, found))
                        .toList());
    }
}
