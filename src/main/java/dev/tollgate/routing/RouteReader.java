package dev.tollgate.routing;

import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.routing.LowBudget.Action;
import dev.tollgate.routing.TierRouting.Substitute;
import dev.tollgate.routing.when.ConditionReader;
import dev.tollgate.routing.when.Labels;
import dev.tollgate.routing.when.Names;
import dev.tollgate.routing.when.Preference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads routes and the routing of tiers from JSON, or from YAML that was read as such. What is not understood throws
 * {@link IllegalArgumentException} that names the place: {@code routes[2].candidates[1].when.tier}.
 */
public final class RouteReader {
    private static final Set<String> ROUTE = Set.of("name", "description", "strategy", "candidates");
    private static final Set<String> CANDIDATE =
            Set.of("model", "provider", "account", "region", "route", "weight", "share", "when");
    private static final List<String> OF_A_MODEL = List.of("model", "provider", "account", "region");
    private static final Set<String> TIER =
            Set.of("tier", "models", "default_model", "substitutes", "prefer", "low_budget");
    private static final Set<String> SUBSTITUTE = Set.of("for", "use");
    private static final Set<String> STAGE = Set.of("below", "do", "tokens");

    /** No slash, because what stands before one is a provider. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]{0,99}");

    private static final int CANDIDATES_MAX = 50;
    private static final int WEIGHT_MAX = 1_000;
    private static final int PERCENT_MAX = 100;

    private RouteReader() {}

    /**
     * @param known its name, where it is known without the JSON, or null where {@code name} says it
     * @param version as ledger entries are to say it
     */
    public static Route route(JsonPlace json, @Nullable String known, String version) {
        json.allowOnly(ROUTE);
        JsonPlace description = json.findValue("description");
        JsonPlace strategy = json.findValue("strategy");
        List<JsonPlace> candidates = json.get("candidates").elements();
        if (candidates.isEmpty() || candidates.size() > CANDIDATES_MAX) {
            throw json.get("candidates").wrong(candidates.size() + " (expected: 1.." + CANDIDATES_MAX + ")");
        }
        String name = name(json, "name", known);
        List<Route.Candidate> read = new ArrayList<>(candidates.size());
        for (JsonPlace candidate : candidates) {
            read.add(candidate(candidate, name + ".candidates[" + read.size() + "]"));
        }
        return new Route(
                name,
                version,
                description == null ? "" : description.text(),
                strategy == null ? Strategy.IN_ORDER : Labels.read(strategy, Strategy.class),
                read);
    }

    private static String name(JsonPlace json, String member, @Nullable String known) {
        JsonPlace written = json.findValue(member);
        if (written != null && known != null && !written.text().equals(known)) {
            throw written.expected(known);
        }
        String name =
                written == null && known != null ? known : json.get(member).text();
        if (!NAME.matcher(name).matches()) {
            throw json.wrong(member + ": not a name (expected: " + NAME.pattern() + ")");
        }
        return name;
    }

    private static Route.Candidate candidate(JsonPlace json, String at) {
        json.allowOnly(CANDIDATE);
        JsonPlace weight = json.findValue("weight");
        JsonPlace share = json.findValue("share");
        JsonPlace when = json.findValue("when");
        return new Route.Candidate(
                at,
                target(json),
                weight == null ? 1 : upTo(weight, WEIGHT_MAX),
                share == null ? Route.NO_SHARE : upTo(share, PERCENT_MAX),
                when == null ? List.of() : ConditionReader.read(when));
    }

    private static Target target(JsonPlace json) {
        JsonPlace route = json.findValue("route");
        if (route == null) {
            return new Target.Model(
                    text(json, "provider"), json.get("model").text(), text(json, "account"), text(json, "region"));
        }
        for (String member : OF_A_MODEL) {
            if (json.findValue(member) != null) {
                throw json.wrong("a route and a " + member + " (expected: a route, or a model and where it is)");
            }
        }
        return new Target.Other(route.text());
    }

    private static @Nullable String text(JsonPlace json, String member) {
        JsonPlace value = json.findValue(member);
        return value == null ? null : value.text();
    }

    /** @param tier where it is known without the JSON, or null where {@code tier} says it */
    public static TierRouting tier(JsonPlace json, @Nullable String tier) {
        json.allowOnly(TIER);
        JsonPlace models = json.findValue("models");
        JsonPlace defaultModel = json.findValue("default_model");
        JsonPlace prefer = json.findValue("prefer");
        return new TierRouting(
                name(json, "tier", tier),
                models == null ? null : Names.patterns(models),
                defaultModel == null ? null : defaultModel.text(),
                elements(json, "substitutes").stream()
                        .map(RouteReader::substitute)
                        .toList(),
                prefer == null ? null : Labels.read(prefer, Preference.class),
                elements(json, "low_budget").stream().map(RouteReader::stage).toList());
    }

    private static Substitute substitute(JsonPlace json) {
        json.allowOnly(SUBSTITUTE);
        return new Substitute(Names.patterns(json.get("for")), json.get("use").text());
    }

    private static LowBudget stage(JsonPlace json) {
        json.allowOnly(STAGE);
        JsonPlace action = json.get("do");
        JsonPlace tokens = json.findValue("tokens");
        if (tokens != null && !action.text().equals("cap_output")) {
            throw tokens.wrong("only for cap_output");
        }
        return new LowBudget(
                upTo(json.get("below"), PERCENT_MAX),
                switch (action.text()) {
                    case "warn" -> new Action.Warn();
                    case "prefer_cheaper" -> new Action.PreferCheaper();
                    case "cap_output" -> new Action.CapOutput(json.get("tokens").count());
                    case "stop" -> new Action.Stop();
                    default -> throw action.expected("warn, prefer_cheaper, cap_output or stop");
                });
    }

    private static List<JsonPlace> elements(JsonPlace json, String member) {
        JsonPlace list = json.findValue(member);
        return list == null ? List.of() : list.elements();
    }

    private static int upTo(JsonPlace json, int max) {
        long count = json.count();
        if (count > max) {
            throw json.expected("1.." + max);
        }
        return (int) count;
    }
}
