package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static dev.tollgate.testkit.FakeUpstream.json;
import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes over accounts of the platform and of customers: what is explained happens, each pays for their own, none is lent. */
class RoutesOverAccountsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int CASES = 40;
    private static final List<String> MODELS = List.of("gpt-4o-mini", "gpt-4o", "gpt-4.1-nano", "mistral-small-latest");

    /** What the platform's accounts are at, and the customer's; each has a credential of its own. */
    private static final FakeUpstream PLATFORM = FakeUpstream.start();

    private static final FakeUpstream MISTRAL = FakeUpstream.start();
    private static final FakeUpstream CUSTOMER = FakeUpstream.start();

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(PLATFORM.baseUrl(), "sk-platform-0000")
            .with("MISTRAL_BASE_URL", MISTRAL.baseUrl())
            .with("MISTRAL_API_KEY", "sk-mistral-0000")
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_TRUSTED_NETWORKS", "127.0.0.1/32")
            .with("TOLLGATE_MASTER_KEY", "22".repeat(32))
            .with("TOLLGATE_DEFAULT_TIER", "free")
            .start();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final ApiClient RICH = TOLLGATE.newOrganization("rich");
    private static final ApiClient POOR = TOLLGATE.newOrganization("poor");
    private static final String RICH_ID = organization("rich");
    private static final String POOR_ID = organization("poor");
    private static final String RICH_KEY = keyOf(RICH_ID);
    private static final String POOR_KEY = keyOf(POOR_ID);

    /** Of the platform, beside the one of the environment, with three times its weight and a region. */
    private static final String SECOND = account("\"provider\":\"openai\",\"base_url\":" + quote(PLATFORM.baseUrl())
            + ",\"credential\":\"sk-platform-0002\",\"weight\":300,\"regions\":[\"eu\"]");

    private static final String OWN = account("\"organization_id\":" + quote(RICH_ID)
            + ",\"provider\":\"openai\",\"base_url\":" + quote(CUSTOMER.baseUrl())
            + ",\"credential\":\"sk-customer-0000\",\"models\":[\"gpt-4o*\"],\"regions\":[\"here\"]");

    @BeforeEach
    void all_answer() {
        Stream.of(PLATFORM, MISTRAL, CUSTOMER).forEach(upstream -> upstream.answering(answered()));
    }

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        Stream.of(PLATFORM, MISTRAL, CUSTOMER).forEach(FakeUpstream::close);
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    private static String answered() {
        return json(
                200,
                "{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":0,\"total_tokens\":1000}}");
    }

    private static String organization(String name) {
        return DATABASE.value("select id from organization where name = '" + name + "'");
    }

    private static String keyOf(String organizationId) {
        return DATABASE.value(
                "select 'key_' || public_id from api_key where organization_id = '" + organizationId + "'");
    }

    private static String account(String members) {
        Answer made = ROOT.post("/admin/v1/provider-accounts", "{\"name\":\"a\",\"check\":false," + members + "}");
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().path("id").asText();
    }

    private static void route(String name, String definition) {
        put("routes/" + name, definition);
    }

    private static void put(String path, String body) {
        Answer answer = ROOT.send(ROOT.request("/admin/v1/" + path)
                .header("content-type", "application/json")
                .method("PUT", BodyPublishers.ofString(body)));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static JsonNode explained(String keyId, String model, String more) {
        Answer answer = ROOT.post(
                "/admin/v1/routes/explain", "{\"key_id\":" + quote(keyId) + ",\"model\":" + quote(model) + more + "}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.json();
    }

    /** The places that are tried, the first one first: {@code account/model}. */
    private static List<String> turns(JsonNode explanation) {
        List<String> turns = new ArrayList<>();
        for (int turn = 1; ; turn++) {
            int wanted = turn;
            JsonNode found = StreamSupport.stream(explanation.path("considered").spliterator(), false)
                    .filter(step -> step.path("turn").asInt() == wanted)
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                return turns;
            }
            turns.add(found.at("/place/account_id").asText() + "/"
                    + found.at("/place/model").asText());
        }
    }

    // What is explained happens

    @Test
    void the_explanation_is_what_then_happens() {
        put(
                "tiers/free/routing",
                "{\"models\":[\"gpt-4o-mini\",\"gpt-4.1*\",\"mistral*\"],\"substitutes\":[{\"for\":[\"gpt-4o\"],"
                        + "\"use\":\"gpt-4o-mini\"}]}");
        List<Told> all = new ArrayList<>();
        Seeds.each(CASES, random -> {
            String name = "random-" + all.size();
            for (int behind = 2; behind >= 0; behind--) {
                route(name + "-" + behind, definition(random, name, behind));
            }
            boolean rich = random.nextBoolean();
            String asked = random.nextInt(6) == 0 ? pick(random, MODELS) : name + "-0";
            String session = "s" + random.nextInt(9);
            boolean longOne = random.nextBoolean();
            boolean tools = random.nextBoolean();
            boolean high = random.nextBoolean();
            JsonNode explanation = explained(
                    rich ? RICH_KEY : POOR_KEY,
                    asked,
                    ",\"prompt_bytes\":" + (longOne ? 3_000 : 5) + ",\"tools\":" + tools + ",\"session\":"
                            + quote(session) + (high ? ",\"urgency\":\"high\"" : "")
                            + ",\"tags\":{\"env\":\"test\"}");
            Answer answer = (rich ? RICH : POOR)
                    .post(
                            CHAT,
                            body(asked, longOne, tools),
                            "x-tollgate-session",
                            session,
                            "x-tollgate-urgency",
                            high ? "high" : "normal",
                            "x-tollgate-tags",
                            "env=test");
            String outcome = explanation.path("outcome").asText();
            String both = explanation + "\n" + answer;
            switch (outcome) {
                case "routed", "direct" -> {
                    assertThat(answer.status()).as(both).isEqualTo(200);
                    assertThat(turns(explanation)).as(both).isNotEmpty();
                    all.add(new Told(answer, turns(explanation), outcome.equals("routed")));
                }
                case "no_room" -> assertThat(answer.errorCode()).as(both).isEqualTo("rate_limit_exceeded");
                case "nowhere" -> assertThat(answer.errorCode()).as(both).isEqualTo("route_unavailable");
                case "not_allowed" -> assertThat(answer.errorCode()).as(both).isEqualTo("model_not_allowed");
                default -> throw new AssertionError(both);
            }
        });
        for (Told told : all) {
            Ledger.Entry entry = TOLLGATE.ledger().entry(told.answer);
            String went = entry.text("account_id") + "/" + entry.text("model_sent");
            assertThat(told.turns).as(told.toString()).contains(went);
            if (told.isExact) {
                assertThat(went).as(told.toString()).isEqualTo(told.turns.getFirst());
            }
        }
        assertThat(all).hasSizeGreaterThan(CASES / 3);
    }

    /** @param isExact whether nothing is left to chance: accounts share requests for models by weights, request by request */
    private record Told(Answer answer, List<String> turns, boolean isExact) {}

    /** A route leads to those behind it only. Nothing is left to chance: a session decides. */
    private static String definition(Random random, String name, int behind) {
        String strategy = pick(random, List.of("in_order", "sticky", "share", "cheapest", "least_loaded"));
        List<String> candidates = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String target = behind < 2 && random.nextInt(3) == 0
                    ? "\"route\":" + quote(name + "-" + (behind + 1 + random.nextInt(2 - behind)))
                    : target(random);
            String share = strategy.equals("share") && i == 0 ? ",\"share\":40" : "";
            candidates.add("{" + target + share + ",\"weight\":" + (1 + random.nextInt(5)) + ",\"when\":{"
                    + condition(random) + "\"prompt_bytes\":{\"below\":" + (10_000 + i) + "}}}");
        }
        return "{\"strategy\":" + quote(strategy) + ",\"candidates\":[" + String.join(",", candidates) + "]}";
    }

    private static String target(Random random) {
        String model = pick(random, MODELS);
        String at = model.startsWith("mistral")
                ? ""
                : pick(
                        random,
                        List.of(
                                "",
                                ",\"provider\":\"openai\"",
                                ",\"account\":" + quote(SECOND),
                                ",\"account\":" + quote(OWN),
                                ",\"region\":\"eu\""));
        return "\"model\":" + quote(model) + at;
    }

    private static String condition(Random random) {
        return pick(
                random,
                List.of(
                        "",
                        "",
                        "",
                        "\"tools\":true,",
                        "\"urgency\":[\"high\"],",
                        "\"tags\":{\"env\":[\"test\"]},",
                        "\"tags\":{\"env\":[\"prod\"]},",
                        "\"tier\":[\"free\"],",
                        "\"modality\":[\"text\"],",
                        "\"organization\":[" + quote(RICH_ID) + "],"));
    }

    private static String body(String model, boolean longOne, boolean tools) {
        String body = chat(model, longOne ? "Hello".repeat(600) : "Hello");
        return tools
                ? with(body, "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}]")
                : body;
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    @Test
    void every_account_is_told_and_what_speaks_against_it() {
        route("told", "{\"candidates\":[{\"model\":\"gpt-4o\",\"region\":\"eu\"},{\"model\":\"gpt-4.1-nano\"}]}");
        String told = explained(RICH_KEY, "told", ",\"tier\":\"enterprise\"").toString();
        assertThat(told)
                .contains("\"target\":\"openai/gpt-4o over " + OWN + "\",\"turn\":null,\"member\":\"region\"")
                .contains("\"member\":\"models\"");
    }

    // Each pays for their own

    @Test
    void the_customers_key_and_the_platforms_serve_side_by_side_and_each_pays_for_its_own() {
        route("both", "{\"candidates\":[{\"model\":\"gpt-4o-mini\",\"provider\":\"openai\"}]}");

        Answer own = RICH.post(CHAT, chat("both", "Hi"));
        Answer platforms = POOR.post(CHAT, chat("both", "Hi"));

        assertThat(CUSTOMER.only().header("authorization")).isEqualTo("Bearer sk-customer-0000");
        assertThat(PLATFORM.only().header("authorization")).startsWith("Bearer sk-platform-000");
        Ledger.Entry ownEntry = TOLLGATE.ledger().entry(own);
        Ledger.Entry platformsEntry = TOLLGATE.ledger().entry(platforms);
        assertThat(ownEntry.text("payer")).isEqualTo("organization");
        assertThat(ownEntry.text("account_id")).isEqualTo(OWN);
        assertThat(platformsEntry.text("payer")).isEqualTo("platform");
        // 1,000 input tokens at $0.15 a million, whoever pays
        assertThat(ownEntry.text("provider_cost")).isEqualTo("0.00015");
        assertThat(platformsEntry.text("provider_cost")).isEqualTo("0.00015");
        assertThat(ownEntry.text("route")).isEqualTo("both");
        assertThat(ownEntry.text("route_candidate")).isEqualTo("both.candidates[0]");
        assertThat(own.header("x-tollgate-route")).isEqualTo("both@" + ownEntry.text("route_version"));

        assertThat(costOf(RICH_ID, "platform"))
                .as("what rich has cost the platform")
                .isEqualTo("0");
        assertThat(costOf(RICH_ID, "organization")).isNotEqualTo("0");
        assertThat(costOf(POOR_ID, "organization")).isEqualTo("0");
        assertThat(ROOT.get("/admin/v1/ledger?route=both&route_version=" + ownEntry.text("route_version")
                                + "&route_candidate=both.candidates%5B0%5D")
                        .json()
                        .path("data"))
                .hasSize(2);
    }

    private static String costOf(String organizationId, String payer) {
        Answer usage = ROOT.get("/admin/v1/usage?organization=" + organizationId + "&payer=" + payer + "&route=both");
        assertThat(usage.status()).as(usage.toString()).isEqualTo(200);
        return usage.json().at("/totals/provider_cost").asText();
    }

    // None is lent

    @Test
    void nobody_is_lent_the_account_of_another_tenant_whatever_they_try() {
        route("theirs", "{\"candidates\":[{\"model\":\"gpt-4o-mini\",\"account\":" + quote(OWN) + "}]}");
        route("near", "{\"candidates\":[{\"model\":\"gpt-4o-mini\",\"region\":\"here\"}]}");
        route("any", "{\"candidates\":[{\"route\":\"theirs\"},{\"route\":\"near\"},{\"model\":\"gpt-4o-mini\"}]}");
        String broken = account("\"organization_id\":" + quote(POOR_ID)
                + ",\"provider\":\"openai\",\"base_url\":" + quote(PLATFORM.baseUrl())
                + ",\"credential\":\"sk-poor-0000\",\"stand_in\":true,\"models\":[\"gpt-4o-mini\"]");

        assertThat(POOR.post(CHAT, chat("theirs", "Hi")).errorCode()).isEqualTo("route_unavailable");
        assertThat(POOR.post(CHAT, chat("near", "Hi")).errorCode()).isEqualTo("route_unavailable");
        assertThat(POOR.post(CHAT, chat("any", "Hi")).status()).isEqualTo(200);
        for (String header :
                List.of("x-tollgate-provider", "x-tollgate-account", "x-tollgate-client", "openai-project")) {
            for (String model : List.of("theirs", "any", "gpt-4o-mini", OWN + "/gpt-4o-mini")) {
                POOR.post(CHAT, chat(model, "Hi"), header, OWN);
                POOR.post(CHAT, chat(model, "Hi"), header, RICH_ID);
            }
        }
        for (String member : List.of(
                "\"api_key\":\"sk-customer-0000\"",
                "\"api_base\":" + quote(CUSTOMER.baseUrl()),
                "\"base_url\":" + quote(CUSTOMER.baseUrl()),
                "\"custom_llm_provider\":" + quote(OWN),
                "\"model_id\":" + quote(OWN),
                "\"deployment_id\":" + quote(OWN),
                "\"fallbacks\":[" + quote(OWN + "/gpt-4o-mini") + "]",
                "\"metadata\":{\"model_group\":" + quote(OWN) + ",\"user_api_key_org_id\":" + quote(RICH_ID) + "}",
                "\"user_config\":{\"model_list\":[{\"litellm_params\":{\"api_base\":" + quote(CUSTOMER.baseUrl())
                        + "}}]}")) {
            POOR.post(CHAT, with(chat("gpt-4o-mini", "Hi"), member));
        }
        // its own account is refused by the provider; the one that stands in is the platform's
        PLATFORM.answering((request, wire) -> wire.write(
                request.header("authorization").contains("sk-poor")
                        ? json(401, "{\"error\":{\"message\":\"no\"}}")
                        : answered()));
        for (int i = 0; i < 8; i++) {
            POOR.post(CHAT, chat("gpt-4o-mini", "Hi"));
            POOR.post(CHAT, chat("any", "Hi"));
        }
        ROOT.delete("/admin/v1/provider-accounts/" + broken);
        assertThat(CUSTOMER.received()).as("what went over the account of rich").isEmpty();

        String told = explained(POOR_KEY, "any", "").toString();
        assertThat(told)
                .doesNotContain("over " + OWN + "\",\"turn\":1")
                .contains("no account that is open to this caller");
        assertThat(RICH.post(CHAT, chat("theirs", "Hi")).status()).isEqualTo(200);
        assertThat(CUSTOMER.received()).hasSize(1);
    }

    @Test
    void an_account_of_a_client_serves_no_other_client_and_not_the_organization() {
        String client = made("clients", "\"organization_id\":" + quote(RICH_ID) + ",\"name\":\"c1\"")
                .path("id")
                .asText();
        String other = made("clients", "\"organization_id\":" + quote(RICH_ID) + ",\"name\":\"c2\"")
                .path("id")
                .asText();
        String clients = account("\"organization_id\":" + quote(RICH_ID) + ",\"client_id\":" + quote(client)
                + ",\"provider\":\"openai\",\"base_url\":" + quote(CUSTOMER.baseUrl())
                + ",\"credential\":\"sk-client-0000\"");
        route("clients", "{\"candidates\":[{\"model\":\"gpt-4.1-nano\",\"account\":" + quote(clients) + "}]}");
        ApiClient itself = keyOfClient(client);
        ApiClient neighbour = keyOfClient(other);

        for (ApiClient stranger : List.of(neighbour, RICH, POOR)) {
            assertThat(stranger.post(CHAT, chat("clients", "Hi")).errorCode()).isEqualTo("route_unavailable");
            stranger.post(
                    CHAT, chat("gpt-4.1-nano", "Hi"), "x-tollgate-provider", clients, "x-tollgate-client", client);
        }
        assertThat(CUSTOMER.received()).isEmpty();
        assertThat(itself.post(CHAT, chat("clients", "Hi")).status()).isEqualTo(200);
        assertThat(CUSTOMER.only().header("authorization")).isEqualTo("Bearer sk-client-0000");
    }

    private static JsonNode made(String what, String members) {
        Answer answer = ROOT.post("/admin/v1/" + what, "{" + members + "}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json();
    }

    private static ApiClient keyOfClient(String clientId) {
        return new ApiClient(
                TOLLGATE.root(),
                made("keys", "\"client_id\":" + quote(clientId) + ",\"name\":\"k\"")
                        .path("key")
                        .asText());
    }

    // Tiers of organizations without one, and rates of models behind routes

    @Test
    void an_organization_without_a_tier_is_routed_and_explained_by_the_default_one() {
        put(
                "tiers/free/routing",
                "{\"models\":[\"gpt-4o-mini\",\"gpt-4.1*\",\"mistral*\"],\"substitutes\":[{\"for\":[\"gpt-4o\"],"
                        + "\"use\":\"gpt-4o-mini\"}]}");
        assertThat(explained(POOR_KEY, "o3", "").path("outcome").asText()).isEqualTo("not_allowed");
        assertThat(POOR.post(CHAT, chat("o3", "Hi")).errorCode()).isEqualTo("model_not_allowed");
        JsonNode substituted = explained(POOR_KEY, "gpt-4o", "");
        assertThat(substituted.path("tier").asText()).isEqualTo("free");
        assertThat(substituted.path("model").asText()).isEqualTo("gpt-4o-mini");
        assertThat(POOR.post(CHAT, chat("gpt-4o", "Hi")).header("x-tollgate-model"))
                .isEqualTo("gpt-4o-mini");
    }

    @Test
    void a_rate_of_a_model_counts_it_behind_a_route_too_and_the_next_candidate_has_room() {
        route("quick", "{\"candidates\":[{\"model\":\"gpt-4.1-nano\"},{\"model\":\"mistral-small-latest\"}]}");
        Answer limit = ROOT.post(
                "/admin/v1/limits",
                "{\"name\":\"nano\",\"kind\":\"requests\",\"amount\":2,\"period\":\"day\",\"scope\":{\"owner\":"
                        + "\"organization\",\"owner_id\":" + quote(POOR_ID) + ",\"models\":[\"gpt-4.1-nano\"]}}");
        assertThat(limit.status()).as(limit.toString()).isEqualTo(201);

        assertThat(POOR.post(CHAT, chat("quick", "Hi")).header("x-tollgate-model"))
                .isEqualTo("gpt-4.1-nano");
        assertThat(POOR.post(CHAT, chat("gpt-4.1-nano", "Hi")).status()).isEqualTo(200);
        JsonNode explanation = explained(POOR_KEY, "quick", "");
        assertThat(explanation.toString()).contains("\"member\":\"room\"").contains("0 left of 2");
        assertThat(turns(explanation)).containsExactly("mistral/mistral-small-latest");
        assertThat(POOR.post(CHAT, chat("quick", "Hi")).header("x-tollgate-model"))
                .isEqualTo("mistral-small-latest");
        assertThat(POOR.post(CHAT, chat("gpt-4.1-nano", "Hi")).status()).isEqualTo(429);
    }
}
