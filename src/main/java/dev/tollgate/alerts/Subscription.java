package dev.tollgate.alerts;

import java.util.List;

/**
 * Which events a channel wants.
 *
 * @param kinds names, or beginnings of names followed by a star; none of them wants all
 * @param severityMin the least severity
 * @param includesOrganizations whether a channel of the platform tells the events of all organizations, too
 */
public record Subscription(List<String> kinds, Severity severityMin, boolean includesOrganizations) {
    public static final Subscription ALL = new Subscription(List.of(), Severity.INFO, false);

    public Subscription {
        kinds = List.copyOf(kinds);
    }
}
