package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of requests under way when Tollgate is asked to end. */
class ShutdownIT {
    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final String tag = "shutdown-" + UUID.randomUUID();

    @Test
    void streams_under_way_are_finished_and_booked() throws SQLException {
        try (TollgateProcess tollgate = tollgate().start();
                RawConnection connection = RawConnection.to(tollgate.root())) {
            connection
                    .send(ask(tollgate, "x-simulate-words: 40", "x-simulate-chunk-ms: 50"))
                    .readUntil("\"fox \"");
            tollgate.terminate();

            connection.readUntil("data: [DONE]\n\n");
            tollgate.awaitExit();
            assertThat(outcomeAndCharge())
                    .isEqualTo("ok " + provider.charged(tag).nanos());
            assertThat(tollgate.complaints()).isEmpty();
        }
    }

    @Test
    void streams_that_take_longer_than_the_grace_are_cut_off_and_booked() throws SQLException {
        try (TollgateProcess tollgate =
                        tollgate().with("TOLLGATE_SHUTDOWN_GRACE", "1s").start();
                RawConnection connection = RawConnection.to(tollgate.root())) {
            connection
                    .send(ask(tollgate, "x-simulate-words: 100000", "x-simulate-chunk-ms: 20"))
                    .readUntil("\"fox \"");
            tollgate.terminate();

            tollgate.awaitExit();
            assertThat(outcomeAndCharge()).startsWith("cancelled ").doesNotEndWith(" 0");
            assertThat(tollgate.output()).contains("1 requests were cut off");
        }
    }

    private TollgateProcess.Setup tollgate() {
        return TollgateProcess.setUp().over(database).asking(provider);
    }

    private String ask(TollgateProcess tollgate, String... headers) {
        String post = RawConnection.post(
                "/v1/chat/completions", tollgate.key(), streamedChat("gpt-4o-mini", "Hello"), headers);
        return post.replaceFirst("\r\n", "\r\nx-simulate-tag: " + tag + "\r\nx-client-request-id: " + tag + "\r\n");
    }

    /** Of the one entry. Tollgate has ended, so its database is asked. */
    private String outcomeAndCharge() throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement query =
                        connection.prepareStatement("select outcome, charge from ledger where caller_request_id = ?")) {
            query.setString(1, tag);
            try (ResultSet rows = query.executeQuery()) {
                assertThat(rows.next()).as("an entry").isTrue();
                String found = rows.getString(1) + " " + rows.getLong(2);
                assertThat(rows.next()).as("a second entry").isFalse();
                return found;
            }
        }
    }
}
