package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A ledger that is larger than Tollgate's memory leaves it whole, or is seen to be not whole. */
class ExportIT {
    private static final int HEAP_MEGABYTES = 160;

    /** Of more than a kilobyte each. */
    private static final int ENTRIES = 170_000;

    private static final String EXPORT = "/admin/v1/ledger/export";
    private static final String WAITING = "from pg_stat_activity where datname = current_database()"
            + " and state = 'idle in transaction' and query like '%row_to_json%'";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .withHeapOf(HEAP_MEGABYTES)
            .start();

    @BeforeAll
    static void book() {
        DATABASE.execute("""
                insert into ledger (request_id, organization_id, key_id, operation, streamed, input_tokens,
                    cached_input_tokens, output_tokens, reasoning_tokens, usage, provider_cost, charge, estimated,
                    outcome, status, client_gone, total_micros, request_bytes, response_bytes)
                select (left(uuid_from(now() - i * interval '1 millisecond')::text, 13) || '-7000-8000-'
                        || lpad(to_hex(i), 12, '0'))::uuid,
                    'org_large', 'key_large', 'chat', false, i, 0, i, 0, '{"input": 1}', i, i, false,
                    'ok', 200, false, i, 0, 0
                from generate_series(1, %d) as i
                """.formatted(ENTRIES));
    }

    @AfterAll
    static void close() {
        TOLLGATE.close();
    }

    @Test
    void an_export_larger_than_the_memory_is_complete() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<InputStream> answer = http.send(
                    TOLLGATE.administration()
                            .request(EXPORT + "?organization=org_large&order=oldest")
                            .build(),
                    BodyHandlers.ofInputStream());
            long bytes = 0;
            String last = "";
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    bytes += line.length();
                    last = line;
                }
            }
            JsonNode end = Json.parse(last);
            assertThat(bytes).isGreaterThan((long) HEAP_MEGABYTES << 20);
            assertThat(end.path("complete").asBoolean()).isTrue();
            assertThat(end.path("entries").asInt()).isEqualTo(ENTRIES);
            // 1 + 2 + … + 170,000 nanodollars: 170,000 · 170,001 / 2 = 14,450,085,000
            assertThat(new BigDecimal(end.path("charge").asText())).isEqualByComparingTo("14.450085");
        }
        Await.until("its connection is given back", () -> count(WAITING) == 0);
    }

    /** It stops for a client that does not read, so that its transaction is idle, and broken off before its end. */
    @Test
    void an_export_that_fails_breaks_off_and_does_not_say_that_it_is_complete() throws Exception {
        try (RawConnection connection =
                RawConnection.to(TOLLGATE.administration().root())) {
            connection.send("GET " + EXPORT + "?organization=org_large HTTP/1.1\r\nhost: t\r\nauthorization: Bearer "
                    + TOLLGATE.adminToken() + "\r\n\r\n");
            Await.until("the export waits for its client and is broken off", () -> breakOff() == 1);

            RawAnswer answer = connection.answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.complete()).isFalse();
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .contains("\"request_id\"")
                    .doesNotContain("\"complete\"");
        }
    }

    @Test
    void a_client_that_leaves_frees_its_place_and_a_third_at_once_is_refused() throws Exception {
        String request = "GET " + EXPORT + "?organization=org_large HTTP/1.1\r\nhost: t\r\nauthorization: Bearer "
                + TOLLGATE.adminToken() + "\r\n\r\n";
        try (RawConnection first = RawConnection.to(TOLLGATE.administration().root());
                RawConnection second =
                        RawConnection.to(TOLLGATE.administration().root())) {
            first.send(request);
            second.send(request);
            Await.until("both exports wait for their clients", () -> count(WAITING) == 2);

            assertThat(TOLLGATE.administration().get(EXPORT).errorCode()).isEqualTo("in_progress");
        }
        Await.until("both have given their connections back", () -> count(WAITING) == 0);
        Await.until(
                "there is room again",
                () -> TOLLGATE.administration()
                                .get(EXPORT + "?organization=org_small")
                                .status()
                        == 200);
    }

    private static int breakOff() {
        return Integer.parseInt(DATABASE.value("select count(pg_terminate_backend(pid)) " + WAITING));
    }

    private static int count(String from) {
        return Integer.parseInt(DATABASE.value("select count(*) " + from));
    }
}
