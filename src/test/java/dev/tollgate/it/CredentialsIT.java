package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Who has which secret: callers never learn the provider's, nor whose account it is, and providers never the callers'. */
class CredentialsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String CREDENTIAL = "sk-of-the-platform-at-the-provider";

    private static final FakeUpstream UPSTREAM = FakeUpstream.start();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(UPSTREAM.baseUrl(), CREDENTIAL)
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_ACCESS_LOG", "true")
            .start();

    @AfterAll
    static void nothing_secret_was_written_and_nothing_complained_about() {
        TOLLGATE.close();
        UPSTREAM.close();
        assertThat(TOLLGATE.output())
                .contains("[access] req_")
                .doesNotContain(CREDENTIAL, TOLLGATE.adminToken(), "a secret prompt", "a secret answer");
        assertThat(TOLLGATE.output().lines().filter(line -> line.contains(secretPart(TOLLGATE.key()))))
                .as("the welcome, which shows the key once, with a command to copy")
                .hasSize(2);
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_callers_key_never_reaches_the_provider() {
        String key = TOLLGATE.key();
        UPSTREAM.answering(json(200, "{}"));
        RawAnswer answer = send(RawConnection.post(
                CHAT, key, chat("gpt-4o-mini", "a secret prompt"), "x-api-key: " + key, "api-key: " + key));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(UPSTREAM.only().header("authorization")).isEqualTo("Bearer " + CREDENTIAL);
        assertThat(UPSTREAM.only().headers().toString()).doesNotContain(key, secretPart(key));
        assertThat(UPSTREAM.only().headerNames()).doesNotContain("x-api-key", "api-key");
    }

    @Test
    void a_caller_does_not_choose_among_what_the_owner_of_the_account_has() {
        UPSTREAM.answering(json(200, "{}"));
        send(RawConnection.post(
                CHAT,
                TOLLGATE.key(),
                chat("gpt-4o-mini", "Hi"),
                "OpenAI-Organization: org-of-the-platform",
                "OpenAI-Project: proj-of-the-platform"));

        assertThat(UPSTREAM.only().headerNames()).doesNotContain("openai-organization", "openai-project");
    }

    @Test
    void headers_about_the_account_never_reach_a_caller() {
        UPSTREAM.answering(json(
                200,
                "{\"choices\":[{\"message\":{\"content\":\"a secret answer\"}}]}",
                "OpenAI-Organization: org-of-the-platform",
                "OpenAI-Project: proj-of-the-platform",
                "OpenAI-Processing-Ms: 17",
                "X-RateLimit-Remaining-Tokens: 12345",
                "Set-Cookie: __cf_bm=secret",
                "Alt-Svc: h3=\":443\"",
                "X-Request-Id: req_upstream",
                "X-Tollgate-Cost: 0"));
        Answer answer = TOLLGATE.api().post(CHAT, chat("gpt-4o-mini", "Hi"));

        assertThat(answer.headers().map().keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)))
                .contains("openai-processing-ms")
                .doesNotContain(
                        "openai-organization",
                        "openai-project",
                        "x-ratelimit-remaining-tokens",
                        "set-cookie",
                        "alt-svc");
        assertThat(answer.requestId()).isNotEqualTo("req_upstream");
        assertThat(answer.header("x-tollgate-upstream-request-id")).isEqualTo("req_upstream");
        assertThat(answer.headers().allValues("x-tollgate-cost")).hasSize(1).doesNotContain("0");
    }

    @Test
    void the_token_of_administration_is_no_key_and_a_key_no_token() {
        UPSTREAM.answering(json(200, "{}"));

        assertThat(send(RawConnection.post(CHAT, TOLLGATE.adminToken(), chat("gpt-4o-mini", "Hi")))
                        .status())
                .isEqualTo(401);
        assertThat(TOLLGATE.api().get("/admin/v1/ledger").status()).isEqualTo(401);
        assertThat(UPSTREAM.received()).isEmpty();
    }

    @Test
    void a_key_that_is_almost_right_is_refused_without_being_repeated() {
        String key = TOLLGATE.key();
        char last = key.charAt(key.length() - 1);
        String mistyped = key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a');
        UPSTREAM.answering(json(200, "{}"));
        for (String wrong : new String[] {mistyped, key + "x", key.substring(1), "", "sk-proj-abc"}) {
            RawAnswer answer = send(RawConnection.post(CHAT, wrong, chat("gpt-4o-mini", "Hi")));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.errorCode()).isEqualTo("invalid_api_key");
            assertThat(answer.text()).doesNotContain(secretPart(key));
        }
        assertThat(UPSTREAM.received()).isEmpty();
    }

    private static RawAnswer send(String request) {
        try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
            return connection.send(request).answer();
        }
    }

    /** Of {@code sk-tg-<public id>-<secret>} the part that nobody may see. */
    private static String secretPart(String key) {
        return key.substring(key.lastIndexOf('-') + 1);
    }
}
