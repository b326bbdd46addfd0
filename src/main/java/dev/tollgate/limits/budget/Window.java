package dev.tollgate.limits.budget;

/**
 * One period of a budget, for one subject. Its bounds never change.
 *
 * @param subject whose count it is, as {@link dev.tollgate.limits.Scope#subject} says
 * @param startsMillis of the epoch, the first that is in it
 * @param endsMillis of the epoch, the first after it
 */
public record Window(long id, String budgetId, String subject, long startsMillis, long endsMillis, Measure measure) {
    public boolean holds(long epochMillis) {
        return startsMillis <= epochMillis && epochMillis < endsMillis;
    }
}
