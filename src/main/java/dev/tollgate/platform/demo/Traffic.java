package dev.tollgate.platform.demo;

import dev.tollgate.platform.demo.Organization.Feature;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who calls next, and what: mostly business as usual, now and then one of the things that go wrong. Made by dice alone,
 * so that the same dice give the same traffic.
 */
final class Traffic {
    /** No price file has it, so Tollgate refuses it. */
    static final String MODEL_WITHOUT_PRICE = "gpt-99-preview";

    private static final String FAULT = "x-simulate-fault";

    private final List<Organization> organizations;
    private final Dice dice;
    private int number;

    Traffic(List<Organization> organizations, Dice dice) {
        this.organizations = organizations;
        this.dice = dice;
    }

    /** A call and whose it is. */
    record Next(Organization organization, Call call) {}

    Next next() {
        Organization organization = dice.weighted(organizations, Organization::weight);
        Feature feature = dice.weighted(organization.features(), Feature::weight);
        JsonObject body = feature.body().apply(dice);
        Map<String, String> wishes = pace();
        number++;
        spoil(body, wishes);
        String label = feature.name() + "-" + number;
        return new Next(organization, new Call(label, feature.path(), body, wishes, patienceMillis(body)));
    }

    /** How fast and how much a model answers. */
    private Map<String, String> pace() {
        Map<String, String> wishes = new TreeMap<>();
        wishes.put("x-simulate-latency-ms", Integer.toString(dice.between(40, 600)));
        wishes.put("x-simulate-chunk-ms", Integer.toString(dice.between(5, 25)));
        wishes.put("x-simulate-words", Integer.toString(dice.between(15, 120)));
        return wishes;
    }

    /** About one call in twenty goes wrong: by the provider's fault or by the caller's. */
    private void spoil(JsonObject body, Map<String, String> wishes) {
        switch (dice.between(1, 200)) {
            case 1, 2, 3 -> wishes.put(FAULT, "status-429");
            case 4, 5 -> wishes.put(FAULT, "status-500");
            case 6, 7 -> wishes.put(FAULT, "reset-midstream");
            case 8, 9 -> body.put("model", MODEL_WITHOUT_PRICE);
            default -> {}
        }
    }

    /** Some people close the window while the answer is still being written. */
    private long patienceMillis(JsonObject body) {
        boolean leaves = body.getBoolean("stream", false) && dice.perMille(50);
        return leaves ? dice.between(300, 1_200) : 0;
    }
}
