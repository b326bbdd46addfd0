package dev.tollgate.platform.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the server is told on its command line at every start, where nothing in its files can override it: what was
 * answered is on disk, only this machine can reach it, and it stays small.
 */
record PostgresSettings(Map<String, String> values) {
    /** What Tollgate keeps its ledger with. */
    static final PostgresSettings DURABLE = new PostgresSettings(Map.ofEntries(
            Map.entry("fsync", "on"),
            Map.entry("synchronous_commit", "on"),
            Map.entry("full_page_writes", "on"),
            Map.entry("listen_addresses", Server.HOST),
            Map.entry("unix_socket_directories", ""),
            Map.entry("password_encryption", "scram-sha-256"),
            Map.entry("shared_buffers", "64MB"),
            Map.entry("max_connections", "50"),
            Map.entry("max_wal_size", "256MB"),
            Map.entry("timezone", "UTC"),
            Map.entry("log_timezone", "UTC"),
            Map.entry("lc_messages", "C"),
            Map.entry("logging_collector", "off"),
            Map.entry("log_destination", "stderr"),
            // A failed statement may hold what a caller sent; the error says enough without it.
            Map.entry("log_min_error_statement", "panic")));

    /** The same for tests, which may lose their rows when the machine stops. */
    PostgresSettings forgetful() {
        Map<String, String> changed = new TreeMap<>(values);
        changed.putAll(Map.of(
                "fsync", "off", "synchronous_commit", "off", "full_page_writes", "off", "max_connections", "200"));
        return new PostgresSettings(changed);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        new TreeMap<>(values).forEach((name, value) -> {
            arguments.add("-c");
            arguments.add(name + "=" + value);
        });
        return List.copyOf(arguments);
    }
}
