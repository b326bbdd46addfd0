package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Prices that turn out wrong: what was booked by them is adjusted, once, and closed months stay closed. */
class ReratingIT {
    private static final String PRICES = "/admin/v1/prices";
    private static final String RERATE = PRICES + "/rerate";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();
    private static final ApiClient ADMIN = TOLLGATE.administration();

    @AfterAll
    static void stop() {
        TOLLGATE.close();
    }

    @Test
    void entries_and_their_adjustments_add_up_to_the_corrected_price_however_often_it_is_done() throws SQLException {
        Instant from = Instant.parse(ADMIN.post(PRICES, price("wrong-price", "3", "7", null))
                .json()
                .path("effective_from")
                .asText());
        List<Ledger.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            entries.add(TOLLGATE.ledger().entry(ask("wrong-price", "Hello ".repeat(i + 1))));
        }
        Ledger.Entry bystander = TOLLGATE.ledger().entry(ask("gpt-4o-mini", "Hello"));
        String correction = price("wrong-price", "2.5", "0.333333333", from);
        assertThat(ADMIN.post(PRICES + "/corrections", correction).status()).isEqualTo(201);
        String range = range(from, "wrong-price");

        JsonNode preview = ADMIN.post(RERATE, range).json();
        String carryOut =
                range.replace("}", ", \"token\": \"" + preview.path("token").asText() + "\"}");
        JsonNode done = ADMIN.post(RERATE, carryOut).json();
        JsonNode again = ADMIN.post(RERATE, carryOut).json();

        long before =
                entries.stream().mapToLong(entry -> entry.charge().nanos()).sum();
        long corrected = entries.stream()
                .mapToLong(entry -> Math.ceilDiv(
                        entry.count("input") * 2_500_000_000L + entry.count("output") * 333_333_333L, 1_000_000L))
                .sum();
        assertThat(preview.path("adjusted").asLong()).as(preview.toString()).isEqualTo(5);
        assertThat(preview.path("charge_difference").asText()).isEqualTo(new Money(corrected - before).toDollars());
        assertThat(preview.at("/data/0/model").asText()).isEqualTo("wrong-price");
        assertThat(done.path("adjusted")).isEqualTo(preview.path("adjusted"));
        assertThat(done.path("charge_difference")).isEqualTo(preview.path("charge_difference"));
        assertThat(again.path("adjusted").asLong()).isZero();
        assertThat(again.path("unchanged").asLong()).isEqualTo(5);
        assertThat(sum("select sum(charge) from ledger where model_sent = 'wrong-price'"))
                .isEqualTo(corrected);
        assertThat(sum("select sum(charge) from usage_quarter_hour where model = 'wrong-price'"))
                .isEqualTo(corrected);
        assertThat(sum("select count(*) from ledger where kind = 'adjustment' and model_sent = 'wrong-price'"
                        + " and seq = 2 and price_version = 'openai/wrong-price@2'"))
                .isEqualTo(5);
        assertThat(sum("select sum(requests) from usage_quarter_hour where model = 'wrong-price'"))
                .isEqualTo(5);
        assertThat(sum("select count(*) from ledger where request_id = '" + uuid(bystander) + "'"))
                .isEqualTo(1);
    }

    @Test
    void a_preview_that_has_been_overtaken_is_not_carried_out() {
        Instant from = Instant.parse(ADMIN.post(PRICES, price("moving-price", "3", "7", null))
                .json()
                .path("effective_from")
                .asText());
        TOLLGATE.ledger().entry(ask("moving-price", "Hello"));
        ADMIN.post(PRICES + "/corrections", price("moving-price", "4", "7", from));
        String range = range(from, "moving-price");
        String token = ADMIN.post(RERATE, range).json().path("token").asText();
        ADMIN.post(PRICES + "/corrections", price("moving-price", "5", "7", from));

        Answer refused = ADMIN.post(RERATE, range.replace("}", ", \"token\": \"" + token + "\"}"));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo("conflict");
    }

    @Test
    void the_difference_of_a_closed_month_lands_in_the_first_open_one() throws SQLException {
        YearMonth month = YearMonth.now(ZoneOffset.UTC);
        YearMonth last = month.minusMonths(1);
        Instant then = last.atDay(5).atStartOfDay(ZoneOffset.UTC).toInstant();
        ADMIN.post(PRICES + "/corrections", price("old-price", "2", "2", then.minusSeconds(60)));
        book("old-price", then, "{\"input\": 1000, \"output\": 10}", 1_000);
        String range = "{\"provider\": \"openai\", \"models\": [\"old-price\"], \"from\": \"" + then + "\", \"to\": \""
                + then.plusSeconds(3600) + "\"}";

        assertThat(execute(range).path("adjusted").asLong()).isEqualTo(1);
        assertThat(period("old-price")).containsExactly(last.atDay(1), last.atDay(1));

        assertThat(ADMIN.post("/admin/v1/accounting/months/" + month + "/close", "")
                        .status())
                .isEqualTo(400);
        assertThat(ADMIN.post("/admin/v1/accounting/months/" + last + "/close", "")
                        .status())
                .isEqualTo(200);
        assertThat(ADMIN.post("/admin/v1/accounting/months/" + last + "/close", "")
                        .status())
                .isEqualTo(200);
        assertThat(ADMIN.get("/admin/v1/accounting/months").json().path("data").findValuesAsText("month"))
                .containsExactly(last.toString());
        ADMIN.post(PRICES + "/corrections", price("old-price", "3", "2", then.minusSeconds(60)));
        assertThat(execute(range).path("charge_difference").asText())
                .isEqualTo("0.001"); // 1000 tokens, a dollar a million
        assertThat(period("old-price")).containsExactly(last.atDay(1), last.atDay(1), month.atDay(1));
        assertThat(sum("select sum(charge) from ledger where model_sent = 'old-price'"))
                .isEqualTo(3_020_000);

        book("old-price", then.plusSeconds(1), "{\"input\": 1}", 3_000); // which comes late
        assertThat(period("old-price")).containsExactly(last.atDay(1), last.atDay(1), month.atDay(1), month.atDay(1));
    }

    @Test
    void what_is_not_understood_is_refused() {
        Instant now = Instant.now();
        for (String wrong : List.of(
                "{}",
                range(now.minusSeconds(60), "no-such-model"),
                range(now.minusSeconds(60), "gpt-4o").replace("\"openai\"", "\"\""),
                "{\"provider\": \"openai\", \"from\": \"" + now + "\", \"to\": \"" + now.plusSeconds(3600) + "\"}",
                "{\"provider\": \"openai\", \"from\": \"2020-01-01T00:00:00Z\", \"to\": \"2026-01-01T00:00:00Z\"}")) {
            assertThat(ADMIN.post(RERATE, wrong).status()).as(wrong).isEqualTo(400);
        }
    }

    private static JsonNode execute(String range) {
        String token = ADMIN.post(RERATE, range).json().path("token").asText();
        return ADMIN.post(RERATE, range.substring(0, range.length() - 1) + ", \"token\": \"" + token + "\"}")
                .json();
    }

    private static String range(Instant from, String model) {
        return "{\"provider\": \"openai\", \"models\": [\"" + model + "\"], \"from\": \"" + from + "\", \"to\": \""
                + Instant.now() + "\"}";
    }

    private static Answer ask(String model, String text) {
        return TOLLGATE.api().post("/v1/chat/completions", chat(model, text));
    }

    private static String price(String model, String input, String output, @Nullable Instant from) {
        return """
                {"provider": "openai", "source": "a test", %s "price": {"model": "%s", "unverified": true,
                 "standard": {"input": "%s", "output": "%s"}}}""".formatted(from == null ? "" : "\"effective_from\": \"" + from + "\",", model, input, output);
    }

    private static String uuid(Ledger.Entry entry) {
        return entry.requestId().substring("req_".length());
    }

    /** An entry as a replica books it. */
    private static void book(String model, Instant at, String usage, long nanos) throws SQLException {
        UUID first = RequestId.lowestAt(at.toEpochMilli());
        String entry = """
                [{"request_id": "%s", "organization_id": "org_a", "key_id": "key_a", "operation": "chat",
                  "provider": "openai", "account_id": "openai", "payer": "platform", "model_asked": "%s",
                  "model_sent": "%s", "model_served": "%s", "usage": %s, "provider_cost": %d, "charge": %d,
                  "price_version": "openai/%s@0", "outcome": "ok", "status": 200,
                  "accounting_period": "%s"}]""".formatted(
                        first,
                        model,
                        model,
                        model,
                        usage,
                        nanos,
                        nanos,
                        model,
                        YearMonth.from(at.atOffset(ZoneOffset.UTC)).atDay(1));
        try (Connection connection = DATABASE.connect();
                PreparedStatement call = connection.prepareStatement("select book_entries(?::json, 0::smallint)")) {
            call.setString(1, entry);
            call.execute();
        }
    }

    private static List<LocalDate> period(String model) throws SQLException {
        List<LocalDate> periods = new ArrayList<>();
        try (Connection connection = DATABASE.connect();
                PreparedStatement query = connection.prepareStatement(
                        "select accounting_period from ledger where model_sent = ? order by request_id, seq")) {
            query.setString(1, model);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    periods.add(rows.getObject(1, LocalDate.class));
                }
            }
        }
        return periods;
    }

    private static long sum(String query) throws SQLException {
        try (Connection connection = DATABASE.connect();
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
