package dev.tollgate.reports.pg;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/**
 * What is told of an entry, in order, and how it is made of the ledger's columns. Money becomes decimal dollars in the
 * database, by a product and never by a quotient, so that no digit is lost.
 */
final class EntryColumns {
    private static final List<Column> COLUMNS = columns();

    /** A member of an entry, and the SQL that makes it. */
    record Column(String name, String sql) {}

    private EntryColumns() {}

    static List<String> names() {
        return COLUMNS.stream().map(Column::name).toList();
    }

    /** The entry as a JSON object, with its members in order. */
    static String json() {
        return "(select row_to_json(told)::text from (select "
                + COLUMNS.stream()
                        .map(column -> column.sql + " as " + column.name)
                        .collect(joining(", "))
                + ") as told)";
    }

    /** The members as texts. */
    static String texts() {
        return COLUMNS.stream().map(column -> "(" + column.sql + ")::text").collect(joining(", "));
    }

    private static List<Column> columns() {
        List<Column> all = new ArrayList<>();
        all.add(new Column("request_id", id("request_id")));
        plain(all, "seq", "kind", "purpose");
        all.add(new Column("parent_id", id("parent_id")));
        all.add(new Column("started_at", time("instant_of(request_id)")));
        plain(all, "organization_id", "client_id", "key_id", "feature", "end_user", "tier", "tags");
        plain(all, "operation", "streamed", "model_asked", "caller_request_id");
        plain(all, "route", "route_version", "route_candidate", "experiment_arm");
        plain(all, "provider", "account_id", "simulated", "payer", "region", "deployment");
        plain(all, "model_sent", "model_served", "service_tier_asked", "service_tier");
        plain(all, "upstream_request_id", "attempts", "usage", "raw_usage");
        plain(all, "input_tokens", "cached_input_tokens", "output_tokens", "reasoning_tokens", "quantity", "unit");
        plain(all, "currency");
        money(all, "provider_cost", "charge", "baseline_cost");
        all.add(new Column("savings", """
                (select jsonb_object_agg(key, %s) from jsonb_each_text(savings))\
                """.formatted(dollars("value::numeric"))));
        plain(all, "price_version", "estimated", "flags", "query_type", "difficulty");
        plain(all, "outcome", "status", "error_code", "error_class", "cache", "cache_tier");
        plain(all, "merged_count", "client_gone");
        plain(all, "total_micros", "first_byte_micros", "saved_micros", "request_bytes", "response_bytes");
        plain(all, "epoch", "window_ids", "window_holds");
        plain(all, "accounting_period");
        all.add(new Column("booked_at", time("booked_at")));
        return List.copyOf(all);
    }

    private static void plain(List<Column> columns, String... names) {
        for (String name : names) {
            columns.add(new Column(name, "ledger." + name));
        }
    }

    private static void money(List<Column> columns, String... names) {
        for (String name : names) {
            columns.add(new Column(name, dollars("ledger." + name)));
        }
    }

    private static String dollars(String nanos) {
        return "trim_scale(" + nanos + " * 0.000000001)::text";
    }

    private static String id(String column) {
        return "'req_' || replace(ledger." + column + "::text, '-', '')";
    }

    private static String time(String instant) {
        return "to_char(" + instant + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";
    }
}
