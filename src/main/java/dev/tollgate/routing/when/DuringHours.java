package dev.tollgate.routing.when;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;
import java.util.TreeSet;

/**
 * Days of the week, and hours of those days, in a time zone.
 *
 * @param from the first moment of the day that is in it
 * @param until the first that is not; at or before {@code from}, it is one of the day after
 */
public record DuringHours(Set<DayOfWeek> days, LocalTime from, LocalTime until, ZoneId zone) implements Condition {
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
        return day(now.getDayOfWeek()) + " " + now.toLocalTime().withSecond(0).withNano(0);
    }

    @Override
    public String expected() {
        Set<DayOfWeek> inOrder = new TreeSet<>(days);
        String named = days.size() == DayOfWeek.values().length
                ? "any day"
                : String.join(", ", inOrder.stream().map(DuringHours::day).toList());
        return named + " from " + from + " to before " + until + " in " + zone;
    }

    private static String day(DayOfWeek day) {
        return Labels.of(day).substring(0, 3);
    }
}
