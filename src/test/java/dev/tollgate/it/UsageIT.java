package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Usage is what the entries add up to, which is what the provider billed: to the nanodollar, however it is asked. */
class UsageIT {
    private static final String USAGE = "/admin/v1/usage";
    private static final String LEDGER = "/admin/v1/ledger";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();
    private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

    /** All that this test does, whatever the time zone and whenever it runs. */
    private static final String RANGE = "&from=" + TODAY.minusDays(20) + "&to=" + TODAY.plusDays(2);

    private static final String RUN = UUID.randomUUID().toString();

    private final ApiClient root = TOLLGATE.administration();

    /** What was billed by the provider for everything below. */
    private static Money billed = Money.ZERO;

    private static int requests;

    @BeforeAll
    static void send() {
        List<ApiClient> callers =
                List.of(TOLLGATE.newOrganization("Acme"), TOLLGATE.newOrganization("=Beta, \"Inc.\""), TOLLGATE.api());
        DATABASE.execute(
                "insert into client (id, organization_id, name) select 'cli_shop', id, 'Shop' from organization"
                        + " where name = 'Acme'",
                "update api_key set client_id = 'cli_shop', feature = 'search', tags = '{\"team\":\"blue\"}'"
                        + " where organization_id = (select id from organization where name = 'Acme')");
        Await.until("the key is bound to its client", () -> {
            callers.getFirst().get("/v1/models");
            String key = "key_" + callers.getFirst().key().split("-")[2];
            Answer entries = TOLLGATE.administration().get(LEDGER + "?client=cli_shop&limit=1&key=" + key);
            assertThat(entries.status())
                    .as("%s %s", entries, TOLLGATE.complaints())
                    .isEqualTo(200);
            return entries.json().path("data").size() == 1;
        });
        List<String> bodies = List.of(
                chat("gpt-4o-mini", "Hello"),
                chat("gpt-5-nano", "Think"),
                streamedChat("gpt-4o", "Hello"),
                chat("gpt-4.1", "A long prompt that comes again. ".repeat(200)),
                chat("gpt-4.1", "A long prompt that comes again. ".repeat(200)));
        for (ApiClient caller : callers) {
            for (String body : bodies) {
                String tag = RUN + "-" + requests++;
                Answer answer = caller.post("/v1/chat/completions", body, "x-simulate-tag", tag);
                assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                billed = billed.plus(TestProvider.get().charged(tag));
            }
        }
        TOLLGATE.api().post("/v1/chat/completions", chat("gpt-4o", "x"), "x-simulate-fault", "status-500");
    }

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    /** Nobody waits longer than a batch of the ledger for a figure: the sums are in the transaction of the entries. */
    @Test
    void what_is_answered_is_in_the_figures_a_moment_later() {
        Await.until(
                "all is booked", () -> charge(usage("interval=none" + RANGE)).equals(billed));

        assertThat(usage("interval=none&operation=chat" + RANGE)
                        .path("totals")
                        .path("requests")
                        .asInt())
                .isEqualTo(requests + 1);
        assertThat(usage("interval=none" + RANGE).path("totals").path("errors").asInt())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "organization",
                "client",
                "key",
                "feature",
                "model",
                "model_served",
                "provider",
                "account",
                "payer",
                "purpose",
                "operation",
                "kind",
                "simulated",
                "route",
                "tag:team",
                "organization,key,tag:team",
                "organization,model,feature"
            })
    void every_grouping_adds_up_to_what_the_provider_billed(String groups) {
        allIsBooked();
        for (String zone : List.of("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns")) {
            for (String interval : List.of("quarter_hour", "hour", "day", "week", "month", "none")) {
                JsonNode usage = usage("interval=" + interval + "&time_zone=" + zone + "&group_by=" + encode(groups)
                        + "&limit=1000" + RANGE);
                assertThat(charge(usage)).as("%s %s", zone, interval).isEqualTo(billed);
                assertThat(sum(usage.path("data"))).as("%s %s", zone, interval).isEqualTo(billed);
            }
        }
    }

    /** The same figure from single entries, by whoever keeps the books. */
    @ParameterizedTest
    @CsvSource({
        "organization,organization_id",
        "key,key_id",
        "client,client_id",
        "feature,feature",
        "model,model_asked",
        "model_served,model_served",
        "provider,provider",
        "account,account_id",
        "payer,payer"
    })
    void every_group_is_the_sum_of_its_entries(String group, String column) {
        allIsBooked();
        Map<String, Money> fromEntries = new TreeMap<>();
        for (Ledger.Entry entry : TOLLGATE.ledger().all()) {
            String value = entry.json().path(column).isNull() ? "null" : entry.text(column);
            fromEntries.merge(value, entry.charge(), Money::plus);
        }
        Map<String, Money> fromUsage = new TreeMap<>();
        String field = usage("interval=none&group_by=" + group + RANGE)
                        .path("data")
                        .get(0)
                        .has(group)
                ? group
                : group + "_id";
        usage("interval=none&group_by=" + group + RANGE)
                .path("data")
                .forEach(row -> fromUsage.put(
                        row.path(field).isNull() ? "null" : row.path(field).asText(),
                        Money.dollars(row.path("charge").asText())));

        assertThat(fromUsage).isEqualTo(fromEntries);
    }

    @Test
    void rows_name_who_they_are_of() {
        allIsBooked();
        JsonNode rows = usage("interval=none&group_by=organization,client,key&order=-charge" + RANGE)
                .path("data");

        assertThat(rows)
                .filteredOn(row -> row.path("client_id").asText().equals("cli_shop"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.path("organization_name").asText()).isEqualTo("Acme");
                    assertThat(row.path("client_name").asText()).isEqualTo("Shop");
                    assertThat(row.path("key_name").asText()).isEqualTo("first");
                    assertThat(row.path("currency").asText()).isEqualTo("USD");
                });
    }

    @Test
    void pages_put_together_are_the_whole() {
        allIsBooked();
        String question = "interval=none&group_by=organization,model&order=-charge" + RANGE;
        List<String> pages = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = usage(question + "&limit=2" + cursor);
            assertThat(charge(page)).isEqualTo(billed);
            page.path("data").forEach(row -> pages.add(row.toString()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        List<String> whole = new ArrayList<>();
        usage(question).path("data").forEach(row -> whole.add(row.toString()));

        assertThat(pages).isEqualTo(whole).hasSizeGreaterThan(6);
        String next = usage(question + "&limit=2").path("next_cursor").asText();
        assertThat(root.get(USAGE + "?interval=none&group_by=model&cursor=" + next)
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("cursor");
    }

    @Test
    void nothing_before_is_no_change_in_percent() {
        allIsBooked();
        JsonNode usage = usage("interval=none&compare=previous" + RANGE);

        assertThat(usage.at("/totals/previous/charge").asText()).isEqualTo("0");
        assertThat(usage.at("/totals/change_percent/charge").isNull()).isTrue();
        assertThat(usage.at("/previous/to").asText())
                .isEqualTo(usage.path("from").asText());
    }

    @Test
    void spreadsheets_take_no_name_for_a_formula() {
        allIsBooked();
        Answer csv = root.get(USAGE + "?interval=none&group_by=organization" + RANGE, "accept", "text/csv");

        assertThat(csv.header("content-type")).startsWith("text/csv");
        assertThat(csv.text()).startsWith("period_start,period_end,organization_id,organization_name,requests,");
        assertThat(csv.text()).contains(",\"'=Beta, \"\"Inc.\"\"\",").endsWith("\r\n");
        assertThat(csv.text().lines()).hasSize(4);
    }

    @Test
    void a_billing_token_sees_its_own_organization_only() {
        allIsBooked();
        String acme = organization("Acme");
        ApiClient billing = token("billing", acme);

        JsonNode usage = billing.get(USAGE + "?interval=none&group_by=organization" + RANGE)
                .json();
        assertThat(usage.path("data"))
                .singleElement()
                .satisfies(
                        row -> assertThat(row.path("organization_id").asText()).isEqualTo(acme));
        assertThat(billing.get(USAGE + "?organization=org_other").errorCode()).isEqualTo("object_not_found");
        assertThat(billing.get(LEDGER).json().path("data"))
                .isNotEmpty()
                .allSatisfy(entry ->
                        assertThat(entry.path("organization_id").asText()).isEqualTo(acme));
        assertThat(billing.get(LEDGER + "?organization=org_other").errorCode()).isEqualTo("object_not_found");
        assertThat(billing.get(LEDGER + "/quarantine").errorCode()).isEqualTo("permission_denied");
        String other = root.get(LEDGER + "?organization=" + organization("=Beta, \"Inc.\"") + "&limit=1")
                .json()
                .at("/data/0/request_id")
                .asText();
        assertThat(billing.get(LEDGER + "/" + other).status()).isEqualTo(404);
        assertThat(root.get(LEDGER + "/" + other).status()).isEqualTo(200);
        assertThat(billing.get(LEDGER + "/export").text().lines())
                .allMatch(line -> line.contains(acme) || line.contains("\"complete\":true"));
        assertThat(token("viewer", acme).get(USAGE).errorCode()).isEqualTo("permission_denied");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interval=fortnight|interval",
                "from=yesterday|from",
                "from=2026-11-01T00:07:00Z|from",
                "from=2026-11-02&to=2026-11-01|to",
                "time_zone=Berlin|time_zone",
                "group_by=colour|group_by",
                "group_by=model,model|group_by",
                "group_by=tag:team,model|model",
                "group_by=tag:|group_by",
                "organisation=org_1|organisation",
                "tag:a=1&tag:b=2|tag",
                "limit=1001|limit",
                "order=colour|order",
                "compare=next|compare",
                "cursor=xyz|cursor",
                "format=xml|format",
                "from=2026-01-01&to=2026-11-01&interval=quarter_hour|interval"
            })
    void what_can_not_be_asked_is_refused_by_name(String query, String param) {
        Answer answer = root.get(USAGE + "?" + query);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").asText()).isEqualTo(param);
    }

    @Test
    void entries_are_found_by_what_they_are() {
        allIsBooked();
        String acme = organization("Acme");

        assertThat(entries("organization=" + acme + "&operation=chat")).hasSize(5);
        assertThat(entries("model=gpt-4o&outcome=ok")).hasSize(3);
        assertThat(entries("outcome=upstream_error&status=500")).hasSize(1);
        assertThat(entries("tag:team=blue&model=gpt-5-nano")).hasSize(1);
        assertThat(entries("model=gpt-4o&model=gpt-5-nano&feature=search")).hasSize(2);
        assertThat(entries("client=&model=gpt-5-nano")).hasSize(2);
        assertThat(entries("min_charge=0.000000001&operation=chat")).hasSize(requests);
        assertThat(entries("from=2020-01-01&to=2020-02-01")).isEmpty();
        String id = entries("model=gpt-4o").get(0).path("request_id").asText();
        assertThat(entries("request_id=" + id)).hasSize(1);
        assertThat(root.get(LEDGER + "?colour=red").json().at("/error/param").asText())
                .isEqualTo("colour");
        assertThat(root.get(LEDGER + "?min_charge=1e9")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("min_charge");
    }

    @Test
    void pages_of_entries_are_the_same_from_both_ends() {
        allIsBooked();
        List<String> newest = pages("order=newest");
        List<String> oldest = pages("order=oldest");

        assertThat(newest).hasSizeGreaterThan(requests).doesNotHaveDuplicates().isEqualTo(oldest.reversed());
    }

    @Test
    void one_request_is_told_with_its_corrections() {
        allIsBooked();
        JsonNode entry = entries("model=gpt-4o&outcome=ok").get(0);
        String id = entry.path("request_id").asText();
        JsonNode request = root.get(LEDGER + "/" + id).json();

        assertThat(request.path("request_id").asText()).isEqualTo(id);
        assertThat(request.path("charge").asText())
                .isEqualTo(entry.path("charge").asText());
        assertThat(request.path("data")).singleElement().isEqualTo(entry);
        assertThat(root.get(LEDGER + "/req_00000000000070008000000000000000").errorCode())
                .isEqualTo("object_not_found");
        assertThat(root.get(LEDGER + "/nonsense").errorCode()).isEqualTo("invalid_value");
    }

    @Test
    void an_export_ends_with_a_line_that_says_so_and_adds_up() throws IOException {
        allIsBooked();
        Answer answer = root.get(LEDGER + "/export?operation=chat&order=oldest");
        List<String> lines = answer.text().lines().toList();
        JsonNode end = Json.parse(lines.getLast());

        assertThat(answer.header("content-type")).startsWith("application/x-ndjson");
        assertThat(end.path("complete").asBoolean()).isTrue();
        assertThat(end.path("entries").asInt()).isEqualTo(lines.size() - 1).isEqualTo(requests + 1);
        assertThat(Money.dollars(end.path("charge").asText())).isEqualTo(billed);
        assertThat(lines.stream()
                        .limit(lines.size() - 1)
                        .map(line ->
                                Money.dollars(Json.parse(line).path("charge").asText()))
                        .reduce(Money.ZERO, Money::plus))
                .isEqualTo(billed);

        Answer packed = root.get(LEDGER + "/export?operation=chat&order=oldest", "accept-encoding", "gzip");
        assertThat(packed.header("content-encoding")).isEqualTo("gzip");
        try (GZIPInputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(unpacked.readAllBytes()).isEqualTo(answer.body());
        }
    }

    @Test
    void an_export_in_csv_has_a_column_for_each_member() {
        allIsBooked();
        Answer csv = root.get(LEDGER + "/export?format=csv&operation=chat");

        assertThat(csv.header("content-type")).startsWith("text/csv");
        assertThat(csv.text().lines()).hasSize(requests + 2);
        List<String> members = new ArrayList<>();
        entries("limit=1").get(0).fieldNames().forEachRemaining(members::add);
        assertThat(csv.text().lines().findFirst()).hasValue(String.join(",", members));
    }

    /** An export would have to tell of every column; one that a later version adds fails here. */
    @Test
    void every_column_of_the_ledger_is_told() {
        allIsBooked();
        List<String> members = new ArrayList<>();
        entries("limit=1").get(0).fieldNames().forEachRemaining(members::add);

        assertThat(members)
                .containsAll(texts("select column_name from information_schema.columns where table_name = 'ledger'"));
    }

    @Test
    void what_the_ledger_can_not_take_is_shown() {
        DATABASE.execute("insert into ledger_quarantine (entry, reason) values ('no json', 'invalid_data')");

        JsonNode page = root.get(LEDGER + "/quarantine").json();
        assertThat(page.at("/data/0/entry").asText()).isEqualTo("no json");
        assertThat(page.at("/data/0/reason").asText()).isEqualTo("invalid_data");
    }

    @Test
    void whoever_holds_a_key_reads_what_it_spent_today_and_in_periods() {
        allIsBooked();
        Map<String, Money> perKey = new HashMap<>();
        usage("interval=none&group_by=key" + RANGE)
                .path("data")
                .forEach(row -> perKey.put(
                        row.path("key_id").asText(),
                        Money.dollars(row.path("charge").asText())));
        JsonNode own = TOLLGATE.api()
                .get("/v1/usage?interval=day&time_zone=Asia/Tokyo" + RANGE)
                .json();

        Money spent = perKey.get(own.path("key").asText());
        assertThat(Money.dollars(own.path("charge").asText())).isEqualTo(spent);
        assertThat(own.path("interval").asText()).isEqualTo("day");
        assertThat(sum(own.path("periods"))).isEqualTo(spent);
        assertThat(sum(own.path("models"))).isEqualTo(spent);
        assertThat(own.at("/this_month/charge").isTextual()).isTrue();
        assertThat(own.at("/today/requests").isNumber()).isTrue();
        Answer refused = TOLLGATE.api().get("/v1/usage?from=2026-11-01T00:01:00Z");
        assertThat(refused.json().at("/error/param").asText()).isEqualTo("from");
        assertThat(TOLLGATE.api()
                        .get("/v1/usage?interval=year")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("interval");
    }

    private void allIsBooked() {
        Await.until(
                "all is booked",
                () -> charge(usage("interval=none" + RANGE)).equals(billed)
                        && entries("outcome=upstream_error").size() == 1);
    }

    private JsonNode usage(String query) {
        Answer answer = root.get(USAGE + "?" + query);
        assertThat(answer.status()).as("%s: %s", query, answer).isEqualTo(200);
        return answer.json();
    }

    private JsonNode entries(String query) {
        Answer answer = root.get(LEDGER + "?" + query);
        assertThat(answer.status()).as("%s: %s", query, answer).isEqualTo(200);
        return answer.json().path("data");
    }

    /** The requests and numbers of all entries, page by page. */
    private List<String> pages(String order) {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = root.get(LEDGER + "?limit=4&operation=chat&operation=models&" + order + cursor)
                    .json();
            page.path("data").forEach(entry -> ids.add(entry.path("request_id").asText() + entry.path("seq")));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return ids;
    }

    private ApiClient token(String role, String organization) {
        JsonNode created = root.post(
                        "/admin/v1/tokens",
                        "{\"name\":\"t\",\"role\":\"%s\",\"organization_id\":\"%s\"}".formatted(role, organization))
                .json();
        return new ApiClient(root.root(), created.path("token").asText());
    }

    private static String organization(String name) {
        return texts("select id from organization where name = '" + name + "'").getFirst();
    }

    private static List<String> texts(String sql) {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static Money charge(JsonNode usage) {
        return Money.dollars(usage.path("totals").path("charge").asText());
    }

    private static Money sum(JsonNode rows) {
        Money sum = Money.ZERO;
        for (JsonNode row : rows) {
            sum = sum.plus(Money.dollars(row.path("charge").asText()));
        }
        return sum;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
