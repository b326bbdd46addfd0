package dev.tollgate.testkit;

import dev.tollgate.kernel.Money;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * What the database has of the requests that carried one {@code x-client-request-id}, read past Tollgate.
 *
 * @param rows how many entries there are, corrections included
 */
public record Booked(String caller, int rows, String outcome, Money charge, long output, boolean estimated) {

    /** Everything in the ledger, by {@code x-client-request-id}. */
    public static Map<String, Booked> byCaller(TestDatabase database) {
        Map<String, Booked> all = new HashMap<>();
        String sql = """
                select caller_request_id, count(*), min(outcome), sum(charge), sum(output_tokens), bool_or(estimated)
                from ledger where caller_request_id is not null group by 1
                """;
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                Booked booked = new Booked(
                        rows.getString(1),
                        rows.getInt(2),
                        rows.getString(3),
                        new Money(rows.getLong(4)),
                        rows.getLong(5),
                        rows.getBoolean(6));
                all.put(booked.caller(), booked);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }

    /** Requests, tokens and money by the sums that are kept beside the ledger. */
    public static String sums(TestDatabase database) {
        return row(
                database,
                "select sum(requests), sum(input_tokens), sum(output_tokens), sum(charge) from usage_quarter_hour");
    }

    /** The same, added up anew from the ledger. */
    public static String ledgerSums(TestDatabase database) {
        return row(
                database,
                "select sum(merged_count) filter (where kind = 'request'), sum(input_tokens), sum(output_tokens),"
                        + " sum(charge) from ledger");
    }

    private static String row(TestDatabase database, String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3) + " " + rows.getString(4);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
