package dev.tollgate.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Where a test's database is and how to get in. */
public record TestDatabase(String host, int port, String name, String user, String password) {

    public String reactiveUrl() {
        return "postgresql://" + host + ":" + port + "/" + name;
    }

    public String jdbcUrl() {
        return "jdbc:" + reactiveUrl();
    }

    /** A connection over JDBC, for setting up and looking inside. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user, password);
    }
}
