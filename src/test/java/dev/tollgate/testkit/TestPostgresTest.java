package dev.tollgate.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class TestPostgresTest {

    @Test
    void gives_each_caller_a_database_on_the_same_server_with_tables_or_without() throws SQLException {
        TestDatabase first = TestPostgres.emptyDatabase();
        TestDatabase second = TestPostgres.emptyDatabase();
        TestDatabase third = TestPostgres.freshDatabase();

        execute(first, "CREATE TABLE only_here (id INT)");

        assertThat(second.port()).isEqualTo(first.port());
        assertThat(tables(first)).isEqualTo(1);
        assertThat(tables(second)).isZero();
        assertThat(third.port()).isEqualTo(first.port());
        assertThat(tables(third)).isGreaterThan(10);
        assertThat(third.value("select count(*) from organization")).isEqualTo("0");
    }

    private static void execute(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int tables(TestDatabase database) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
