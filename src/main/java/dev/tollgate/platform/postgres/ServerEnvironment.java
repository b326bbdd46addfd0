package dev.tollgate.platform.postgres;

import java.util.Map;

/** The environment for PostgreSQL's programs: ours without what would change their behaviour behind our back. */
final class ServerEnvironment {
    private ServerEnvironment() {}

    /** Removes {@code PGDATA}, {@code PGPORT} and their kind, and makes messages plain English that we can read. */
    static void clean(Map<String, String> environment) {
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("LC_ALL", "C");
        environment.put("TZ", "UTC");
    }
}
