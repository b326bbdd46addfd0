package dev.tollgate.testkit;

import dev.tollgate.tenancy.ApiKey;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Where a test's database is and how to get in. */
public record TestDatabase(String host, int port, String name, String user, String password) {

    /** The same database over a link that can be cut. */
    public TestDatabase over(TcpLink link) {
        return new TestDatabase(host, link.port(), name, user, password);
    }

    /** The same database over a link that loses answers. */
    public TestDatabase over(LossyLink link) {
        return new TestDatabase(host, link.port(), name, user, password);
    }

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

    /** Executes statements in one transaction. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every row of every table, as text: to look for what must not be there. */
    public String dump() {
        StringBuilder dump = new StringBuilder();
        try (Connection connection = connect();
                Statement names = connection.createStatement();
                ResultSet tables =
                        names.executeQuery("select tablename from pg_tables where schemaname = 'public' order by 1")) {
            while (tables.next()) {
                try (Statement statement = connection.createStatement();
                        ResultSet rows =
                                statement.executeQuery("select t::text from \"" + tables.getString(1) + "\" t")) {
                    while (rows.next()) {
                        dump.append(tables.getString(1))
                                .append(rows.getString(1))
                                .append('\n');
                    }
                }
            }
            return dump.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The one value that a query finds, as text. */
    public String value(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
                throw new AssertionError(sql + " found nothing");
            }
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " failed: " + e.getMessage(), e);
        }
    }

    /** Adds an organization to a database that Tollgate has migrated, and answers its key. */
    public ApiKey addOrganization(String organization) {
        SecureRandom random = new SecureRandom();
        String id = "org_" + ApiKey.newPublicId(random);
        ApiKey key = ApiKey.generate(random);
        try (Connection connection = connect();
                PreparedStatement insertOrganization =
                        connection.prepareStatement("insert into organization (id, name) values (?, ?)");
                PreparedStatement insertKey = connection.prepareStatement(
                        "insert into api_key (public_id, organization_id, name, sha256) values (?, ?, 'first', ?)")) {
            insertOrganization.setString(1, id);
            insertOrganization.setString(2, organization);
            insertOrganization.executeUpdate();
            insertKey.setString(1, key.publicId());
            insertKey.setString(2, id);
            insertKey.setBytes(3, key.sha256());
            insertKey.executeUpdate();
            return key;
        } catch (SQLException e) {
            throw new IllegalStateException("organization " + organization + " cannot be added", e);
        }
    }
}
