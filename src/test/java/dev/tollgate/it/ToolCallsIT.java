package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tools that the provider runs by itself, under budgets. gpt-4o-mini reads 128,000 tokens at most, which cost 1.92 cents, and
 * a search costs 2.5 cents; so three calls may cost 15.18 cents, and four 19.6.
 */
class ToolCallsIT {
    private static final String ANY_NUMBER = "100";
    private static final String SEARCH =
            "{\"model\":\"gpt-4o-mini\",\"input\":\"What is new?\",\"max_output_tokens\":300,\"tools\":[{\"type\":\"web_search\"}]}";

    private static final AtomicInteger ORGANIZATIONS = new AtomicInteger();
    private static final TestProvider PROVIDER = TestProvider.get();
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(PROVIDER)
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .start();

    private ApiClient app = TOLLGATE.api();
    private String organization = "";

    @BeforeEach
    void a_new_organization() {
        String name = "tools " + ORGANIZATIONS.incrementAndGet();
        app = TOLLGATE.newOrganization(name);
        organization = DATABASE.value("select id from organization where name = '" + name + "'");
    }

    @AfterAll
    static void the_books_balance() {
        assertThat(DATABASE.value("select count(*) from budget_drift()")).isEqualTo("0");
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void are_used_as_often_as_is_set_where_the_request_does_not_say() {
        budget("10");
        Answer answer = ask(SEARCH);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("max_tool_calls").asInt()).isEqualTo(16);
        isBilled(16, "0.7266");
    }

    @Test
    void are_used_less_often_where_little_is_left() {
        budget("0.16");
        Answer answer = ask(SEARCH);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().path("max_tool_calls").asInt()).isEqualTo(3);
        isBilled(3, "0.16");
    }

    @Test
    void are_used_less_often_than_the_request_says_where_little_is_left() {
        budget("0.16");
        Answer answer = ask(with(SEARCH, "\"max_tool_calls\":50,\"stream\":true"));
        assertThat(answer.text()).contains("\"max_tool_calls\":3,");
        isBilled(3, "0.16");
    }

    @Test
    void are_refused_where_too_little_is_left_for_one_call() {
        budget("0.05");
        Answer refused = ask(SEARCH);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo("budget_exceeded");
        assertThat(refused.text()).contains("max_tool_calls");
        isBilled(0, "0");
        assertThat(ask("{\"model\":\"gpt-4o-mini\",\"input\":\"Hi\"}").status())
                .as("without tools")
                .isEqualTo(200);
    }

    @Test
    void are_used_at_will_where_no_hard_rule_holds() {
        Answer answer = ask(SEARCH);
        assertThat(answer.json().path("max_tool_calls").isNull()).isTrue();
        assertThat(PROVIDER.billed(organization).count(Meter.WEB_SEARCH)).isEqualTo(100);
    }

    @Test
    void are_refused_where_the_provider_takes_no_bound_of_them() {
        budget("10");
        Answer refused = app.post(
                "/v1/chat/completions", with(chat("gpt-4o-mini", "What is new?"), "\"web_search_options\":{}"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.errorCode()).isEqualTo("cost_not_bounded");
        assertThat(refused.text()).contains("max_tool_calls of OpenAI's responses is one");

        Answer other = ask(SEARCH.replace("web_search", "mcp"));
        assertThat(other.errorCode()).isEqualTo("cost_not_bounded");
        assertThat(other.text()).contains("a tool of the provider is used whose cost is not known");
    }

    private Answer ask(String body) {
        return app.post(
                "/v1/responses",
                body,
                "x-simulate-tag",
                organization,
                "x-client-request-id",
                organization,
                "x-simulate-tool-calls",
                ANY_NUMBER);
    }

    /** By the provider's own count: no more calls than that, and no more money than was held. */
    private void isBilled(long calls, String held) {
        assertThat(PROVIDER.billed(organization).count(Meter.WEB_SEARCH)).isEqualTo(calls);
        assertThat(PROVIDER.charged(organization)).isLessThanOrEqualTo(Money.dollars(held));
        assertThat(TOLLGATE.ledger().ofCaller(organization).charge())
                .as("booked, its fees included")
                .isEqualTo(PROVIDER.charged(organization));
    }

    private void budget(String amount) {
        Answer made = TOLLGATE.administration()
                .post(
                        "/admin/v1/budgets",
                        "{\"name\":\"tools\",\"scope\":{\"owner\":\"organization\",\"owner_id\":\"" + organization
                                + "\"},\"amount\":\"" + amount + "\",\"period\":\"total\"}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }
}
