package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A database that is not there: at the start, and later. */
class DatabaseOutageIT {
    private static final String CHAT = "/v1/chat/completions";

    private static final String TRIED = "outage-tried";

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.emptyDatabase();

    @Test
    void tollgate_waits_for_its_database_and_then_lives_through_its_absence() {
        try (TcpLink link = TcpLink.cutTo(database.port());
                TollgateProcess tollgate = TollgateProcess.setUp()
                        .listening(FreePort.any())
                        .over(database.over(link))
                        .asking(provider)
                        .launch()) {
            isAliveButNotReady(tollgate);

            link.mend();
            tollgate.awaitReady();
            becomesReady(tollgate);
            String before = asks(tollgate);
            tollgate.ledger().ofCaller(before);

            link.cut();
            String during = asks(tollgate);
            Await.until("the outage is noticed", () -> tollgate.metric("tollgate_ledger_failing") == 1);
            isAliveAndReady(tollgate);
            saysThatFiguresCanNotBeHad(tollgate);
            aKeyThatIsNotKnownIsNotCalledWrong(tollgate);
            String stillDuring = asks(tollgate);
            assertThat(tollgate.metric("tollgate_ledger_waiting"))
                    .as("two chats, the usage and the list of models")
                    .isEqualTo(4);

            link.mend();
            for (String request : new String[] {before, during, stillDuring}) {
                assertThat(tollgate.ledger().ofCaller(request).charge()).isEqualTo(provider.charged(request));
            }
            Await.until("it is noticed", () -> tollgate.metric("tollgate_ledger_failing") == 0);
            assertThat(tollgate.metric("tollgate_ledger_waiting")).isZero();
            assertThat(tollgate.complaints())
                    .as("told once per outage, not once per try")
                    .hasSizeLessThanOrEqualTo(9)
                    .allMatch(line -> line.contains(" WARN "));
            assertThat(tollgate.output()).contains("The ledger can be written again.");
        }
    }

    @Test
    void a_replica_that_can_not_hear_stops_spends_nothing_until_it_can_again() {
        try (TcpLink link = TcpLink.cutTo(database.port()).mend();
                TollgateProcess tollgate = TollgateProcess.setUp()
                        .over(database.over(link))
                        .asking(provider)
                        .with("TOLLGATE_STOPS_UNHEARD", "refuse")
                        .with("TOLLGATE_STOPS_SILENCE", "2s")
                        .start()) {
            Await.until("it hears", () -> tries(tollgate).status() == 200);

            link.cut();
            Await.until(
                    "it notices that it hears nothing", () -> tries(tollgate).status() == 503);
            long sent = provider.requests(TRIED);
            Answer refused = tries(tollgate);
            assertThat(refused.errorCode()).isEqualTo("stops_unheard");
            assertThat(refused.header("retry-after")).isEqualTo("5");
            assertThat(tollgate.metric("tollgate_rules_silence_seconds")).isGreaterThan(2);
            assertThat(tollgate.api().get("/v1/models").status())
                    .as("what costs nothing")
                    .isEqualTo(200);
            isAliveAndReady(tollgate);
            assertThat(anyone(tollgate).get("/health/ready").text())
                    .contains("\"spends nothing until it hears rules\": true");

            database.execute("insert into spend_stop (id, owner, reason) values ('stp_1', 'platform', 'meanwhile')");
            link.mend();
            Await.until("it hears of the stop", () -> tries(tollgate).text().contains("spend_stopped"));
            assertThat(provider.requests(TRIED))
                    .as("what was stopped meanwhile never goes out")
                    .isEqualTo(sent);

            database.execute("update spend_stop set lifted_at = now()");
            Await.until("the stop is lifted", () -> tries(tollgate).status() == 200);
        }
    }

    private static Answer tries(TollgateProcess tollgate) {
        return tollgate.api().post(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-tag", TRIED);
    }

    private static void isAliveButNotReady(TollgateProcess tollgate) {
        ApiClient anyone = anyone(tollgate);
        Await.until("it listens", () -> listens(tollgate.root()));

        assertThat(anyone.get("/health/live").status()).isEqualTo(200);
        assertThat(anyone.get("/health/ready").status()).isEqualTo(503);
        assertThat(anyone.get("/health/started").status()).isEqualTo(503);
        Answer answer = anyone.post(CHAT, chat("gpt-4o-mini", "Hello"));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.errorCode()).isEqualTo("not_ready");
    }

    private static void becomesReady(TollgateProcess tollgate) {
        Await.until("it is ready", () -> anyone(tollgate).get("/health/ready").status() == 200);
        assertThat(anyone(tollgate).get("/health/started").status()).isEqualTo(200);
    }

    private static void isAliveAndReady(TollgateProcess tollgate) {
        assertThat(anyone(tollgate).get("/health/live").status()).isEqualTo(200);
        assertThat(anyone(tollgate).get("/health/ready").status()).isEqualTo(200);
    }

    private static void saysThatFiguresCanNotBeHad(TollgateProcess tollgate) {
        Answer usage = tollgate.api().get("/v1/usage");

        assertThat(usage.status()).isEqualTo(503);
        assertThat(usage.errorCode()).isEqualTo("database_unavailable");
    }

    /** It may have been made elsewhere a moment ago. */
    private static void aKeyThatIsNotKnownIsNotCalledWrong(TollgateProcess tollgate) {
        String fresh = ApiKey.generate(new Random(1)).reveal();
        ApiClient stranger = new ApiClient(tollgate.root(), fresh);
        Await.until("it is noticed", () -> stranger.get("/v1/models").status() == 503);

        assertThat(stranger.get("/v1/models").errorCode()).isEqualTo("database_unavailable");
        assertThat(anyone(tollgate).get("/v1/models").status())
                .as("no key at all")
                .isEqualTo(401);
        assertThat(tollgate.api().get("/v1/models").status()).as("a known one").isEqualTo(200);
    }

    /** A request that is answered, whatever the database does. */
    private String asks(TollgateProcess tollgate) {
        String tag = "outage-" + UUID.randomUUID();
        Answer answer = tollgate.api()
                .post(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-tag", tag, "x-client-request-id", tag);
        assertThat(answer.status()).isEqualTo(200);
        return tag;
    }

    private static ApiClient anyone(TollgateProcess tollgate) {
        return new ApiClient(tollgate.root(), "nobody");
    }

    private static boolean listens(URI root) throws Exception {
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
