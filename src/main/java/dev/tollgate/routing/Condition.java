package dev.tollgate.routing;

import dev.tollgate.kernel.NamePatterns;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must hold of a request, so that it may go to a candidate. The set of them is closed: there is no language. */
public sealed interface Condition {
    /** The member of {@code when} that it is written as. */
    String member();

    boolean holds(RequestTraits request);

    /** What the request has, for people. */
    String found(RequestTraits request);

    /** What it should have, for people. */
    String expected();

    /** Whether it holds of every request that another condition holds of. */
    default boolean covers(Condition other) {
        return equals(other);
    }

    record Tier(Set<String> tiers) implements Condition {
        @Override
        public String member() {
            return "tier";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return request.tier() != null && tiers.contains(request.tier());
        }

        @Override
        public String found(RequestTraits request) {
            return named(request.tier());
        }

        @Override
        public String expected() {
            return oneOf(tiers);
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Tier(Set<String> others) && tiers.containsAll(others);
        }
    }

    record Organization(Set<String> ids) implements Condition {
        @Override
        public String member() {
            return "organization";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return ids.contains(request.organizationId());
        }

        @Override
        public String found(RequestTraits request) {
            return request.organizationId();
        }

        @Override
        public String expected() {
            return oneOf(ids);
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Organization(Set<String> others) && ids.containsAll(others);
        }
    }

    record Feature(NamePatterns features) implements Condition {
        @Override
        public String member() {
            return "feature";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return request.feature() != null && features.fit(request.feature());
        }

        @Override
        public String found(RequestTraits request) {
            return named(request.feature());
        }

        @Override
        public String expected() {
            return String.join(" or ", features.written());
        }
    }

    record Tag(String key, Set<String> values) implements Condition {
        @Override
        public String member() {
            return "tags." + key;
        }

        @Override
        public boolean holds(RequestTraits request) {
            String value = request.tags().get(key);
            return value != null && values.contains(value);
        }

        @Override
        public String found(RequestTraits request) {
            return named(request.tags().get(key));
        }

        @Override
        public String expected() {
            return oneOf(values);
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Tag(String otherKey, Set<String> others)
                    && key.equals(otherKey)
                    && values.containsAll(others);
        }
    }

    /**
     * Days of the week, and hours of those days, in a time zone.
     *
     * @param from the first moment of the day that is in it
     * @param until the first that is not; at or before {@code from}, it is one of the day after
     */
    record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime until, ZoneId zone) implements Condition {
        @Override
        public String member() {
            return "hours";
        }

        @Override
        public boolean holds(RequestTraits request) {
            ZonedDateTime now = request.at().atZone(zone);
            LocalTime time = now.toLocalTime();
            if (from.isBefore(until)) {
                return days.contains(now.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(until);
            }
            return time.isBefore(from)
                    ? time.isBefore(until) && days.contains(now.getDayOfWeek().minus(1))
                    : days.contains(now.getDayOfWeek());
        }

        @Override
        public String found(RequestTraits request) {
            ZonedDateTime now = request.at().atZone(zone);
            return day(now.getDayOfWeek()) + " "
                    + now.toLocalTime().withSecond(0).withNano(0);
        }

        @Override
        public String expected() {
            Set<DayOfWeek> inOrder = new TreeSet<>(days);
            String named = days.size() == DayOfWeek.values().length
                    ? "any day"
                    : String.join(", ", inOrder.stream().map(Hours::day).toList());
            return named + " from " + from + " to before " + until + " in " + zone;
        }

        private static String day(DayOfWeek day) {
            return label(day).substring(0, 3);
        }
    }

    /** Bytes of text that the model is given. */
    record PromptBytes(Range range) implements Condition {
        @Override
        public String member() {
            return "prompt_bytes";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return range.has(request.promptBytes());
        }

        @Override
        public String found(RequestTraits request) {
            return Long.toString(request.promptBytes());
        }

        @Override
        public String expected() {
            return range.toString();
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof PromptBytes(Range narrower) && range.covers(narrower);
        }
    }

    /** Something of these is given to the model to look at. */
    record Modalities(Set<Modality> any) implements Condition {
        @Override
        public String member() {
            return "modality";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return any.stream().anyMatch(request.modalities()::contains);
        }

        @Override
        public String found(RequestTraits request) {
            return labels(request.modalities(), " and ");
        }

        @Override
        public String expected() {
            return labels(any, " or ");
        }
    }

    /** Whether tools are offered to the model. */
    record Tools(boolean offered) implements Condition {
        @Override
        public String member() {
            return "tools";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return request.tools() == offered;
        }

        @Override
        public String found(RequestTraits request) {
            return Boolean.toString(request.tools());
        }

        @Override
        public String expected() {
            return Boolean.toString(offered);
        }
    }

    record OfUrgency(Set<Urgency> any) implements Condition {
        @Override
        public String member() {
            return "urgency";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return any.contains(request.urgency());
        }

        @Override
        public String found(RequestTraits request) {
            return label(request.urgency());
        }

        @Override
        public String expected() {
            return labels(any, " or ");
        }
    }

    /** Percent of the budget of which the least is left. */
    record BudgetLeft(Range range) implements Condition {
        @Override
        public String member() {
            return "budget_left";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return range.has(request.budgetLeft().getAsInt());
        }

        @Override
        public String found(RequestTraits request) {
            return Integer.toString(request.budgetLeft().getAsInt());
        }

        @Override
        public String expected() {
            return range.toString();
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof BudgetLeft(Range narrower) && range.covers(narrower);
        }
    }

    /** How difficult it is, where somebody has said so: 0 to 100. */
    record Difficulty(Range range) implements Condition {
        @Override
        public String member() {
            return "difficulty";
        }

        @Override
        public boolean holds(RequestTraits request) {
            return request.difficulty() >= 0 && range.has(request.difficulty());
        }

        @Override
        public String found(RequestTraits request) {
            return request.difficulty() < 0 ? "unknown" : Integer.toString(request.difficulty());
        }

        @Override
        public String expected() {
            return range.toString();
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Difficulty(Range narrower) && range.covers(narrower);
        }
    }

    private static String named(@Nullable String value) {
        return value == null ? "none" : value;
    }

    private static String oneOf(Set<String> names) {
        return String.join(" or ", new TreeSet<>(names));
    }

    private static <E extends Enum<E>> String labels(Set<E> constants, String between) {
        return String.join(
                between, new TreeSet<>(constants).stream().map(Condition::label).toList());
    }

    private static String label(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
