package dev.tollgate.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.alerts.Target.PreviousSecret;
import dev.tollgate.alerts.Target.Webhook;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What receivers get. */
class WebMessageTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);
    private static final SecretUrl URL = SecretUrl.parse("https://example.com/hook/s3cret?t=1");
    private static final Alert ALERT = new Alert(
            7,
            "alr_1",
            "budget.threshold",
            "org_1",
            Severity.WARNING,
            "Budget <b> & more is spent to 90 %",
            new JsonObject().put("spent_percent", 90).put("limit", "5.00").put("window", new JsonObject()),
            NOW,
            NOW);

    /** The example that the libraries of Standard Webhooks are tested with. */
    @Test
    void a_signature_is_the_one_of_Standard_Webhooks() {
        SigningSecret secret = SigningSecret.parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void a_webhook_is_signed_over_id_time_and_body() {
        SigningSecret secret = SigningSecret.generate(new Random(1));
        WebMessage message = WebMessage.signed(new Webhook(URL, secret, null), ALERT, NOW);
        assertThat(message.headers())
                .containsEntry("webhook-id", "alr_1")
                .containsEntry("webhook-timestamp", "1614265330")
                .containsEntry("webhook-signature", secret.sign("alr_1", 1_614_265_330, message.body()));
        assertThat(new JsonObject(message.body())).isEqualTo(new JsonObject("""
                        {"type": "budget.threshold", "timestamp": "2021-02-25T15:02:10Z",
                         "data": {"id": "alr_1", "organization_id": "org_1", "severity": "warning",
                                  "subject": "Budget <b> & more is spent to 90 %",
                                  "details": {"spent_percent": 90, "limit": "5.00", "window": {}}}}
                        """));
    }

    @Test
    void after_a_rotation_both_secrets_sign_until_the_old_one_ends() {
        SigningSecret old = SigningSecret.generate(new Random(1));
        SigningSecret renewed = SigningSecret.generate(new Random(2));
        Webhook webhook = new Webhook(URL, renewed, new PreviousSecret(old, NOW.plusSeconds(1)));
        WebMessage during = WebMessage.signed(webhook, ALERT, NOW);
        WebMessage after = WebMessage.signed(webhook, ALERT, NOW.plusSeconds(1));
        assertThat(during.headers().get("webhook-signature"))
                .isEqualTo(renewed.sign("alr_1", 1_614_265_330, during.body()) + " "
                        + old.sign("alr_1", 1_614_265_330, during.body()));
        assertThat(after.headers().get("webhook-signature"))
                .isEqualTo(renewed.sign("alr_1", 1_614_265_331, after.body()));
    }

    @Test
    void Slack_gets_blocks_in_which_no_name_becomes_markup() {
        JsonObject body = new JsonObject(WebMessage.slack(URL, ALERT).body());
        assertThat(body.getString("text")).isEqualTo("Budget &lt;b&gt; &amp; more is spent to 90 %");
        assertThat(body.getJsonArray("blocks")
                        .getJsonObject(0)
                        .getJsonObject("text")
                        .getString("text"))
                .isEqualTo("""
                        :warning: *Budget &lt;b&gt; &amp; more is spent to 90 %*
                        • Spent percent: 90
                        • Limit: 5.00
                        • Organization: org_1
                        • Severity: warning
                        • At: 2021-02-25T15:02:10Z
                        • Alert: budget.threshold, alr_1""");
    }

    @Test
    void Teams_gets_an_adaptive_card() {
        JsonObject attachment = new JsonObject(WebMessage.teams(URL, ALERT).body())
                .getJsonArray("attachments")
                .getJsonObject(0);
        assertThat(attachment.getString("contentType")).isEqualTo("application/vnd.microsoft.card.adaptive");
        JsonObject text =
                attachment.getJsonObject("content").getJsonArray("body").getJsonObject(0);
        assertThat(text.getString("text")).isEqualTo(ALERT.subject());
        assertThat(text.getString("color")).isEqualTo("Warning");
    }

    @Test
    void a_mail_has_one_line_as_its_subject() {
        Alert alert = new Alert(
                1, "alr_1", "test", null, Severity.INFO, "a\r\nBcc: b@example.com", new JsonObject(), NOW, NOW);
        assertThat(AlertText.mail(List.of("a@example.com"), alert).subject())
                .isEqualTo("[Tollgate info] a Bcc: b@example.com");
    }

    @Test
    void a_URL_shows_its_host_alone() {
        assertThat(new Webhook(URL, SigningSecret.generate(new Random(1)), null))
                .hasToString("Webhook[url=example.com, secret=whsec_…, previous=null]");
        assertThat(URL.hiddenIn("no POST on /hook/s3cret?t=1 at https://example.com/hook/s3cret?t=1"))
                .isEqualTo("no POST on … at …");
    }
}
