package dev.tollgate.platform.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Asks an embedded server over JDBC, as an application would. */
final class Rows {
    private Rows() {}

    static void execute(EmbeddedPostgres server, String sql) throws SQLException {
        execute(server.jdbcUrl(), server.password(), sql);
    }

    static void execute(String jdbcUrl, String password, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl, Cluster.USER, password);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of every row. */
    static List<String> query(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }
}
