package dev.tollgate.routing.when;

import dev.tollgate.pricing.JsonPlace;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the conditions of a candidate: a member each. */
public final class ConditionReader {
    private static final Set<String> HOURS = Set.of("days", "from", "until", "zone");
    private static final Set<String> RANGE = Set.of("at_least", "below");

    private ConditionReader() {}

    /** What is not understood throws {@link IllegalArgumentException} that names the place. */
    public static List<Condition> read(JsonPlace when) {
        List<Condition> conditions = new ArrayList<>();
        when.forEach((member, json) -> {
            switch (member) {
                case "tier" -> conditions.add(new OfTier(names(json)));
                case "organization" -> conditions.add(new OfOrganization(names(json)));
                case "feature" -> conditions.add(new OfFeature(Names.patterns(json)));
                case "tags" -> json.forEach((key, values) -> conditions.add(new WithTag(key, names(values))));
                case "hours" -> conditions.add(hours(json));
                case "prompt_bytes" -> conditions.add(new PromptBytes(range(json, Long.MAX_VALUE)));
                case "modality" -> conditions.add(new WithModality(Labels.readAll(json, Modality.class)));
                case "tools" -> conditions.add(new WithTools(truth(json)));
                case "urgency" -> conditions.add(new OfUrgency(Labels.readAll(json, Urgency.class)));
                case "budget_left" -> conditions.add(new BudgetLeft(range(json, 100)));
                case "difficulty" -> conditions.add(new OfDifficulty(range(json, 100)));
                default ->
                    throw json.wrong("unknown condition (expected: tier, organization, feature, tags, hours,"
                            + " prompt_bytes, modality, tools, urgency, budget_left or difficulty)");
            }
        });
        return conditions;
    }

    private static Set<String> names(JsonPlace json) {
        return Set.copyOf(Names.texts(json));
    }

    private static Condition hours(JsonPlace json) {
        json.allowOnly(HOURS);
        JsonPlace days = json.findValue("days");
        JsonPlace zone = json.findValue("zone");
        return new DuringHours(
                days == null ? EnumSet.allOf(DayOfWeek.class) : Labels.readAll(days, DayOfWeek.class),
                time(json.findValue("from")),
                time(json.findValue("until")),
                zone == null ? ZoneId.of("UTC") : zone(zone));
    }

    private static LocalTime time(@Nullable JsonPlace json) {
        try {
            return json == null ? LocalTime.MIDNIGHT : LocalTime.parse(json.text());
        } catch (DateTimeException e) {
            throw json.expected("a time of day such as 08:30");
        }
    }

    private static ZoneId zone(JsonPlace json) {
        try {
            return ZoneId.of(json.text());
        } catch (DateTimeException e) {
            throw json.expected("a time zone such as Europe/Berlin");
        }
    }

    /** @param most the greatest number that there is */
    private static Range range(JsonPlace json, long most) {
        json.allowOnly(RANGE);
        JsonPlace atLeast = json.findValue("at_least");
        JsonPlace below = json.findValue("below");
        if (atLeast == null && below == null) {
            throw json.wrong("without bounds (expected: at_least, below or both)");
        }
        long from = atLeast == null ? 0 : atLeast.count();
        if (from > most) {
            throw json.wrong("at_least: " + from + " (expected: at most " + most + ")");
        }
        try {
            return new Range(from, below == null ? Long.MAX_VALUE : below.count());
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static boolean truth(JsonPlace json) {
        if (!json.node().isBoolean()) {
            throw json.expected("true or false");
        }
        return json.node().booleanValue();
    }
}
