package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A caller's own key at the provider, beside the Tollgate key: the call goes over it, and it is kept nowhere. */
class CallersKeyIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PLATFORMS = "sk-of-the-platform";
    private static final String OWN = "sk-proj-the-callers-very-own-4711";

    private static final FakeUpstream UPSTREAM = FakeUpstream.start();
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(UPSTREAM.baseUrl(), PLATFORMS)
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_ACCESS_LOG", "true")
            .start();

    /** Whose setting is on. */
    private static final ApiClient BRINGING = TOLLGATE.newOrganization("bringing");

    /** Sends its own key where the Tollgate key would be. */
    private static final ApiClient OWN_KEY = new ApiClient(TOLLGATE.root(), OWN);

    @BeforeAll
    static void switch_it_on() {
        DATABASE.execute("update organization set caller_keys_allowed = true where name = 'bringing'");
        UPSTREAM.answering(json(200, "{}"));
        Await.until(
                "it is on",
                () -> OWN_KEY.post(CHAT, chat("gpt-4o-mini", "Hi"), "x-tollgate-key", BRINGING.key())
                                .status()
                        == 200);
    }

    @AfterAll
    static void the_key_was_neither_stored_nor_logged() {
        TOLLGATE.close();
        UPSTREAM.close();
        assertThat(DATABASE.dump()).contains("openai/caller", "bringing").doesNotContain(OWN);
        assertThat(TOLLGATE.output()).contains("[access] req_").doesNotContain(OWN, PLATFORMS);
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void the_call_goes_over_it_and_the_client_pays() {
        UPSTREAM.answering(json(
                200,
                "{\"model\":\"gpt-4o-mini\",\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":0}}",
                "OpenAI-Organization: org-of-the-caller"));
        Answer answer = OWN_KEY.post(
                CHAT,
                chat("gpt-4o-mini", "Hi"),
                "x-tollgate-key",
                BRINGING.key(),
                "OpenAI-Organization",
                "org-of-the-caller");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("openai-organization")).isEqualTo("org-of-the-caller");
        assertThat(UPSTREAM.only().header("authorization")).isEqualTo("Bearer " + OWN);
        assertThat(UPSTREAM.only().header("openai-organization")).isEqualTo("org-of-the-caller");
        assertThat(UPSTREAM.only().headerNames()).doesNotContain("x-tollgate-key");
        assertThat(UPSTREAM.only().headers().toString()).doesNotContain(BRINGING.key(), PLATFORMS);

        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.text("payer")).isEqualTo("client");
        assertThat(entry.text("account_id")).isEqualTo("openai/caller");
        assertThat(entry.text("provider_cost")).isEqualTo("0.00015"); // 1000 tokens at 0.15 dollars a million
    }

    @Test
    void what_is_kept_at_the_provider_is_the_callers_and_not_asked_for() {
        UPSTREAM.answering(json(200, "{\"id\":\"file-of-nobody-tollgate-knows\"}"));
        assertThat(OWN_KEY.get("/v1/files/file-of-nobody-tollgate-knows", "x-tollgate-key", BRINGING.key())
                        .status())
                .isEqualTo(200);
        assertThat(BRINGING.get("/v1/files/file-of-nobody-tollgate-knows").errorCode())
                .isEqualTo("object_not_found");
    }

    @Test
    void without_it_the_call_goes_over_the_account_as_ever() {
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = BRINGING.post(CHAT, chat("gpt-4o-mini", "Hi"));

        assertThat(UPSTREAM.only().header("authorization")).isEqualTo("Bearer " + PLATFORMS);
        assertThat(TOLLGATE.ledger().entry(answer).text("payer")).isEqualTo("platform");
    }

    @Test
    void an_organization_must_have_it_switched_on() {
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = OWN_KEY.post(CHAT, chat("gpt-4o-mini", "Hi"), "x-tollgate-key", TOLLGATE.key());

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("caller_key_not_allowed");
        assertThat(answer.text()).contains("not switched on").doesNotContain(OWN);
        assertThat(TOLLGATE.ledger().entry(answer).outcome()).isEqualTo("refused");
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @Test
    void a_key_that_is_missing_or_tollgates_own_is_refused_and_goes_nowhere() {
        UPSTREAM.answering(json(200, "{}"));
        for (String wrong : new String[] {"", BRINGING.key()}) {
            Answer answer = new ApiClient(TOLLGATE.root(), wrong)
                    .post(CHAT, chat("gpt-4o-mini", "Hi"), "x-tollgate-key", BRINGING.key());

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text())
                    .contains("Authorization has no provider key")
                    .doesNotContain(BRINGING.key());
        }
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @Test
    void a_wrong_tollgate_key_is_refused_without_repeating_either() {
        UPSTREAM.answering(json(200, "{}"));
        Answer answer = OWN_KEY.post(CHAT, chat("gpt-4o-mini", "Hi"), "x-tollgate-key", BRINGING.key() + "x");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).doesNotContain(OWN, BRINGING.key());
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @Test
    void the_providers_refusal_of_it_is_passed_on_and_costs_nothing() {
        UPSTREAM.answering(json(401, "{\"error\":{\"code\":\"invalid_api_key\"}}"));
        Answer answer = OWN_KEY.post(CHAT, chat("gpt-4o-mini", "Hi"), "x-tollgate-key", BRINGING.key());

        assertThat(answer.status()).isEqualTo(401);
        assertThat(TOLLGATE.ledger().entry(answer).outcome()).isEqualTo("upstream_error");
    }
}
