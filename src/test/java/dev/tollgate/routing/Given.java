package dev.tollgate.routing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.routing.when.Modality;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
import dev.tollgate.routing.when.Urgency;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes as people write them, requests, and places by their names alone. */
final class Given {
    private static final YAMLMapper YAML = new YAMLMapper();

    private Given() {}

    /** Routes and tiers as {@code tollgate.yaml} has them. */
    static Routes routes(String yaml) {
        JsonPlace root = yaml(yaml);
        List<Route> routes = new ArrayList<>();
        List<TierRouting> tiers = new ArrayList<>();
        JsonPlace listed = root.find("routes");
        if (listed != null) {
            listed.elements().forEach(json -> routes.add(RouteReader.route(json, null, "1")));
        }
        JsonPlace listedTiers = root.find("tiers");
        if (listedTiers != null) {
            listedTiers.elements().forEach(json -> tiers.add(RouteReader.tier(json, null)));
        }
        return Routes.of(routes, tiers);
    }

    static JsonPlace yaml(String yaml) {
        try {
            return JsonPlace.body(YAML.readTree(yaml));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request of a chat about nothing in particular, of which one thing may be another. */
    static final class Request {
        private @Nullable String tier = "starter";
        private @Nullable String feature = "chat";
        private Map<String, String> tags = Map.of("env", "prod");
        private Instant at = Instant.parse("2026-11-23T10:00:00Z"); // a Monday
        private long promptBytes = 1_000;
        private Set<Modality> modalities = Set.of(Modality.TEXT);
        private boolean tools;
        private Urgency urgency = Urgency.NORMAL;
        private int difficulty = -1;
        private int budgetLeft = 100;
        private @Nullable Preference prefers;
        private @Nullable String session;

        static RequestTraits plain() {
            return new Request().traits();
        }

        Request tier(@Nullable String other) {
            tier = other;
            return this;
        }

        Request feature(@Nullable String other) {
            feature = other;
            return this;
        }

        Request tags(Map<String, String> others) {
            tags = others;
            return this;
        }

        Request at(String time) {
            at = Instant.parse(time);
            return this;
        }

        Request promptBytes(long bytes) {
            promptBytes = bytes;
            return this;
        }

        Request modalities(Modality... given) {
            modalities = Set.of(given);
            return this;
        }

        Request tools(boolean offered) {
            tools = offered;
            return this;
        }

        Request urgency(Urgency other) {
            urgency = other;
            return this;
        }

        Request difficulty(int other) {
            difficulty = other;
            return this;
        }

        Request budgetLeft(int percent) {
            budgetLeft = percent;
            return this;
        }

        Request prefers(@Nullable Preference other) {
            prefers = other;
            return this;
        }

        Request session(@Nullable String other) {
            session = other;
            return this;
        }

        RequestTraits traits() {
            int left = budgetLeft;
            return new RequestTraits(
                    "org_1",
                    tier,
                    feature,
                    tags,
                    at,
                    promptBytes,
                    modalities,
                    tools,
                    urgency,
                    difficulty,
                    () -> left,
                    prefers,
                    session);
        }
    }

    /** Every model is to be had at one place of its name, but for those that are not. */
    static final class NamedPlaces implements Places<String> {
        private final Map<String, String> closed = new HashMap<>();
        private final Map<String, Long> costs = new HashMap<>();
        private final Map<String, Long> delays = new HashMap<>();
        private final Map<String, Integer> loads = new HashMap<>();
        private final Set<String> down = new HashSet<>();

        NamedPlaces down(String model) {
            down.add(model);
            return this;
        }

        NamedPlaces closed(String model, String why) {
            closed.put(model, why);
            return this;
        }

        NamedPlaces costs(String model, long cost) {
            costs.put(model, cost);
            return this;
        }

        NamedPlaces delays(String model, long delay) {
            delays.put(model, delay);
            return this;
        }

        NamedPlaces loads(String model, int load) {
            loads.put(model, load);
            return this;
        }

        @Override
        public List<String> of(Target.Model model, Notes<String> notes) {
            String name = model.toString();
            String why = closed.get(name);
            if (why != null) {
                notes.closed(name, "target", why);
            }
            return why == null ? List.of(name) : List.of();
        }

        @Override
        public String name(String place) {
            return place;
        }

        @Override
        public long cost(String place) {
            return costs.getOrDefault(place, 0L);
        }

        @Override
        public long delay(String place) {
            return delays.getOrDefault(place, 0L);
        }

        @Override
        public int load(String place) {
            return loads.getOrDefault(place, 0);
        }

        @Override
        public boolean isDown(String place) {
            return down.contains(place);
        }
    }
}
