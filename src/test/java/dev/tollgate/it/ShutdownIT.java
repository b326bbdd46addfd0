package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Await;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests under way when Tollgate is asked to end. */
class ShutdownIT {
    private static final String WHOLE = chat("gpt-4o-mini", "Hello");
    private static final String STREAM = streamedChat("gpt-4o-mini", "Hello");

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final String tag = "shutdown-" + UUID.randomUUID();

    @Test
    void streams_under_way_are_finished_and_booked() throws SQLException {
        try (TollgateProcess tollgate = tollgate().start();
                RawConnection connection = RawConnection.to(tollgate.root())) {
            connection
                    .send(ask(tollgate, STREAM, "x-simulate-words: 40", "x-simulate-chunk-ms: 50"))
                    .readUntil("\"fox \"");
            tollgate.terminate();

            connection.readUntil("data: [DONE]\n\n");
            tollgate.awaitExit();
            assertThat(outcomeAndCharge())
                    .isEqualTo("ok " + provider.charged(tag).nanos());
            assertThat(tollgate.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_takes_longer_than_the_grace_is_cut_off_and_booked(boolean streamed) throws SQLException {
        long open = provider.charges().open();
        try (TollgateProcess tollgate =
                        tollgate().with("TOLLGATE_SHUTDOWN_GRACE", "1s").start();
                RawConnection connection = RawConnection.to(tollgate.root())) {
            connection.send(
                    streamed
                            ? ask(tollgate, STREAM, "x-simulate-words: 100000", "x-simulate-chunk-ms: 20")
                            : ask(tollgate, WHOLE, "x-simulate-latency-ms: 600000"));
            Await.until("the provider works", () -> provider.charges().open() > open);
            tollgate.terminate();

            tollgate.awaitExit();
            assertThat(outcomeAndCharge()).startsWith("cancelled ").doesNotEndWith(" 0");
            assertThat(tollgate.output()).contains("1 requests were cut off");
        }
    }

    private TollgateProcess.Setup tollgate() {
        return TollgateProcess.setUp().over(database).asking(provider);
    }

    private String ask(TollgateProcess tollgate, String body, String... headers) {
        String post = RawConnection.post("/v1/chat/completions", tollgate.key(), body, headers);
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
