package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.with;
import static dev.tollgate.testkit.FakeUpstream.json;
import static dev.tollgate.testkit.FakeUpstream.streamHead;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestBudget;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A provider bills more than can have been held, or what can't be true. What can be true is booked in full, and what it is
 * above the hold is an excess that its entry explains; what can't is in doubt, as far as was held. Either way the budget
 * is used up, and the next request is refused.
 */
class BillsAboveHoldsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String MODEL = "gpt-5-mini";
    private static final String HELLO = "{\"model\":\"" + MODEL
            + "\",\"max_completion_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** Nanodollars that pay for one request at its worst, not for two. */
    private static final long AMOUNT = 100_000;

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final FakeUpstream PROVIDER = FakeUpstream.start();
    private static TollgateProcess tollgate;

    /** What the provider says that it served. */
    private enum Bill {
        THREE_TIMES_THE_TOKENS(
                "default",
                tokens(600, 60),
                Usage.builder().set(Meter.INPUT, 600).set(Meter.OUTPUT, 60)),
        HIDDEN_REASONING(
                "default",
                with(tokens(10, 2_020), "\"completion_tokens_details\":{\"reasoning_tokens\":2000}"),
                Usage.builder().set(Meter.INPUT, 10).set(Meter.OUTPUT, 20).set(Meter.REASONING, 2_000)),
        TOOL_FEES(
                "default",
                with(tokens(10, 5), "\"server_side_tool_usage_details\":{\"web_search_calls\":3}"),
                Usage.builder().set(Meter.INPUT, 10).set(Meter.OUTPUT, 5).set(Meter.WEB_SEARCH, 3)),
        A_DEARER_TIER(
                "priority",
                tokens(200, 20),
                Usage.builder().set(Meter.INPUT, 200).set(Meter.OUTPUT, 20)),
        NEGATIVE("default", tokens(-5, -7), null),
        HUGE("default", tokens(1L << 40, 1L << 40), null);

        private final String tier;
        private final String usage;
        private final @Nullable Money cost;

        /** @param what what it means, or null where it can't be true */
        Bill(String tier, String usage, Usage.@Nullable Builder what) {
            this.tier = tier;
            this.usage = usage;
            this.cost = what == null
                    ? null
                    : TestProvider.price(MODEL)
                            .costRoundedUp(what.build(), ServiceTier.ofWire(tier))
                            .money();
        }

        private static String tokens(long input, long output) {
            return "{\"prompt_tokens\":" + input + ",\"completion_tokens\":" + output + "}";
        }

        String whole() {
            return json(200, answer("\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"}", usage));
        }

        void stream(FakeUpstream.Wire wire) throws IOException {
            wire.write(streamHead())
                    .chunk("data: " + answer("\"delta\":{\"content\":\"Hi\"}", "null") + "\n\n")
                    .chunk("data: " + answer("\"delta\":{}", usage) + "\n\n")
                    .chunk("data: [DONE]\n\n")
                    .end();
        }

        private String answer(String what, String usage) {
            return "{\"id\":\"chatcmpl-1\",\"model\":\"" + MODEL + "\",\"service_tier\":\"" + tier
                    + "\",\"choices\":[{\"index\":0," + what + ",\"finish_reason\":\"stop\"}],\"usage\":" + usage + "}";
        }
    }

    @BeforeAll
    static void start() {
        tollgate = TollgateProcess.setUp()
                .over(DATABASE)
                .asking(PROVIDER.baseUrl(), "sk-upstream")
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_BUDGET_SHORT", "refuse")
                .start();
    }

    @AfterAll
    static void stop() {
        tollgate.close();
        PROVIDER.close();
    }

    @ParameterizedTest
    @EnumSource(Bill.class)
    void of_whole_answers_are_booked_and_stop_the_next_request(Bill bill) {
        PROVIDER.answering((_, wire) -> wire.write(bill.whole()));
        check(bill, HELLO, "whole " + bill);
    }

    @ParameterizedTest
    @EnumSource(Bill.class)
    void of_streams_are_booked_and_stop_the_next_request(Bill bill) {
        PROVIDER.answering((_, wire) -> bill.stream(wire));
        check(bill, with(HELLO, "\"stream\":true"), "streamed " + bill);
    }

    private void check(Bill bill, String body, String organization) {
        TestBudget budget = TestBudget.of(DATABASE, DATABASE.addOrganization(organization), AMOUNT);
        ApiClient client = budget.clientOf(tollgate);

        Answer answer = client.post(CHAT, body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Ledger.Entry entry = tollgate.ledger().entry(answer);
        long hold = held(answer);
        assertThat(hold).isBetween(AMOUNT / 2 + 1, AMOUNT);
        assertThat(budget.settled()).isEqualTo(entry.charge().nanos()).isEqualTo(budget.inLedger());
        Money cost = bill.cost;
        if (cost != null) {
            assertThat(entry.charge()).isEqualTo(cost).isGreaterThan(new Money(AMOUNT));
            assertThat(entry.estimated()).isFalse();
            assertThat(budget.excess()).isEqualTo(cost.nanos() - hold);
            assertThat(budget.inDoubt()).isZero();
        } else {
            assertThat(entry.estimated()).isTrue();
            assertThat(entry.text("flags")).contains("untrusted_usage", "in_doubt");
            assertThat(entry.json().path("raw_usage").toString()).isEqualTo(bill.usage);
            assertThat(budget.excess()).isZero();
            assertThat(budget.settled() + budget.inDoubt()).isEqualTo(hold);
        }
        assertThat(budget.drift()).isEmpty();

        Answer next = client.post(CHAT, body);

        assertThat(next.status()).isEqualTo(429);
        JsonNode told = next.json().path("error");
        assertThat(told.path("code").asText()).as(next.text()).isEqualTo("budget_exceeded");
        assertThat(Money.dollars(told.at("/budget/spent").asText())).isEqualTo(entry.charge());
        assertThat(PROVIDER.received()).hasSize(1);
        assertThat(tollgate.complaints()).isEmpty();
    }

    private static long held(Answer answer) {
        return Long.parseLong(DATABASE.value("select window_holds[1] from ledger where request_id = '"
                + answer.requestId().substring("req_".length()) + "'"));
    }
}
