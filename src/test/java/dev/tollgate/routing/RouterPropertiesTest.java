package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.routing.Considered.Verdict;
import dev.tollgate.routing.Given.NamedPlaces;
import dev.tollgate.routing.Given.Request;
import dev.tollgate.routing.when.BudgetLeft;
import dev.tollgate.routing.when.Condition;
import dev.tollgate.routing.when.Modality;
import dev.tollgate.routing.when.OfTier;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.PromptBytes;
import dev.tollgate.routing.when.Range;
import dev.tollgate.routing.when.RequestTraits;
import dev.tollgate.routing.when.WithModality;
import dev.tollgate.routing.when.WithTools;
import dev.tollgate.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is told of a request is what happens to it, for whatever routes, requests and places. */
class RouterPropertiesTest {
    private static final int ROUTES = 4;
    private static final int CASES = 2_000;
    private static final List<String> MODELS = List.of("a", "b", "c", "d", "e");

    @Test
    void the_explanation_is_what_happens() {
        Seeds.each(CASES, random -> {
            Routes routes = routes(random);
            RequestTraits request = request(random);
            NamedPlaces places = places(random);
            String name = random.nextInt(8) == 0 ? pick(random, MODELS) : "r" + random.nextInt(ROUTES);
            long chance = random.nextLong();

            Choice<String> happens = new Router(new Random(chance)).choose(routes, name, request, places);
            Router.Explanation<String> told = new Router(new Random(chance)).explain(routes, name, request, places);

            assertThat(told.choice()).isEqualTo(happens);
            List<String> taken = told.considered().stream()
                    .filter(each -> each.verdict() instanceof Verdict.Taken)
                    .sorted(Comparator.comparingInt(each -> ((Verdict.Taken) each.verdict()).turn()))
                    .map(Considered::target)
                    .toList();
            assertThat(taken).isEqualTo(happens instanceof Choice.Routed<String> routed ? routed.places() : List.of());
        });
    }

    @Test
    void nothing_closed_or_forbidden_is_ever_taken() {
        Seeds.each(CASES, random -> {
            Routes routes = routes(random);
            RequestTraits request = request(random);
            NamedPlaces places = places(random);
            Choice<String> choice = new Router(random).choose(routes, "r" + random.nextInt(ROUTES), request, places);
            TierRouting tier = routes.tier(request.tier());
            if (choice instanceof Choice.Routed<String> routed) {
                assertThat(routed.places()).doesNotHaveDuplicates().isNotEmpty().allSatisfy(place -> {
                    assertThat(places.of(new Target.Model(null, place), NobodysNotes.get()))
                            .containsExactly(place);
                    assertThat(tier == null || tier.allows(place)).isTrue();
                });
            }
        });
    }

    /** A route leads to later ones only, so that there are no circles. */
    private static Routes routes(Random random) {
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < ROUTES; i++) {
            Strategy strategy = pick(random, List.of(Strategy.values()));
            List<Route.Candidate> candidates = new ArrayList<>();
            int count = 1 + random.nextInt(4);
            for (int j = 0; j < count; j++) {
                Target target = i + 1 < ROUTES && random.nextInt(3) == 0
                        ? new Target.Other("r" + (i + 1 + random.nextInt(ROUTES - i - 1)))
                        : new Target.Model(null, pick(random, MODELS));
                int share = strategy == Strategy.SHARE && random.nextBoolean() ? 20 : Route.NO_SHARE;
                candidates.add(new Route.Candidate(
                        "r" + i + ".candidates[" + j + "]", target, 1 + random.nextInt(9), share, conditions(random)));
            }
            routes.add(new Route("r" + i, "1", "", strategy, candidates));
        }
        NamePatterns allowed = NamePatterns.of(MODELS.subList(0, 1 + random.nextInt(MODELS.size())));
        TierRouting free = new TierRouting(
                "free",
                allowed,
                "a",
                List.of(new TierRouting.Substitute(NamePatterns.of(List.of("r0", "e")), "r3")),
                random.nextBoolean() ? null : pick(random, List.of(Preference.values())),
                List.of(new LowBudget(30, new LowBudget.Action.PreferCheaper())));
        return Routes.of(routes, List.of(free));
    }

    private static List<Condition> conditions(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> List.of(new OfTier(Set.of("free")));
            case 1 -> List.of(new WithTools(random.nextBoolean()));
            case 2 -> List.of(new PromptBytes(new Range(random.nextInt(1_000), Long.MAX_VALUE)));
            case 3 -> List.of(new BudgetLeft(new Range(0, 1 + random.nextInt(100))));
            case 4 -> List.of(new WithModality(Set.of(Modality.TEXT)), new WithTools(false));
            default -> List.of();
        };
    }

    private static RequestTraits request(Random random) {
        return new Request()
                .tier(random.nextBoolean() ? "free" : "scale")
                .tools(random.nextBoolean())
                .promptBytes(random.nextInt(2_000))
                .budgetLeft(random.nextInt(101))
                .prefers(random.nextInt(4) == 0 ? pick(random, List.of(Preference.values())) : null)
                .modalities(random.nextBoolean() ? Modality.TEXT : Modality.IMAGE)
                .session(random.nextBoolean() ? "s" + random.nextInt(5) : null)
                .traits();
    }

    private static NamedPlaces places(Random random) {
        NamedPlaces places = new NamedPlaces();
        for (String model : MODELS) {
            places.costs(model, random.nextInt(10))
                    .delays(model, random.nextInt(10))
                    .loads(model, random.nextInt(4));
            if (random.nextInt(4) == 0) {
                places.closed(model, "out of order");
            }
        }
        return places;
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
