package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.FakeUpstream.Received;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestMailServer;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Alerts reach those who want them, over two replicas, and nothing that is secret reaches anybody else. */
class AlertsIT {
    private static final String CHANNELS = "/admin/v1/alert-channels";
    private static final String DELIVERIES = "/admin/v1/alert-deliveries";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TestMailServer MAIL = TestMailServer.start();
    private static final FakeUpstream RECEIVER = FakeUpstream.start();
    private static final TollgateProcess TOLLGATE = replica();
    private static final TollgateProcess OTHER = replica();
    private static final AtomicInteger KEYS = new AtomicInteger();

    /** Everything that was answered, to look for what must not be in there. */
    private static final StringBuffer SAID = new StringBuffer();

    private static final Set<String> SECRETS = new HashSet<>();

    private final ApiClient root = TOLLGATE.administration();
    private final List<String> channels = new ArrayList<>();

    private static TollgateProcess replica() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_TRUSTED_NETWORKS", "127.0.0.1/32, 10.9.0.0/16")
                .with("TOLLGATE_ALERT_RETRY_DELAY", "100ms")
                .with("QUARKUS_MAILER_FROM", "tollgate@example.com")
                .with("QUARKUS_MAILER_HOST", "127.0.0.1")
                .with("QUARKUS_MAILER_PORT", Integer.toString(MAIL.port()))
                .with("QUARKUS_MAILER_START_TLS", "DISABLED")
                .start();
    }

    @AfterEach
    void no_channel_is_left() {
        channels.forEach(id -> root.delete(CHANNELS + "/" + id));
    }

    @AfterAll
    static void no_secret_was_told_to_anybody() {
        TOLLGATE.close();
        OTHER.close();
        MAIL.close();
        RECEIVER.close();
        assertThat(SECRETS).isNotEmpty();
        String audit = DATABASE.value("select string_agg(l::text, ' ') from audit_log l")
                + DATABASE.value("select string_agg(a::text, ' ') from idempotent_answer a")
                + DATABASE.value("select string_agg(a::text, ' ') from alert_attempt a");
        for (String secret : SECRETS) {
            assertThat(SAID).doesNotContain(secret);
            assertThat(audit).doesNotContain(secret);
            assertThat(TOLLGATE.output() + OTHER.output()).doesNotContain(secret);
        }
        assertThat(TOLLGATE.complaints()).allMatch(line -> line.contains("was given up over channel"));
        assertThat(OTHER.complaints()).allMatch(line -> line.contains("was given up over channel"));
    }

    @Test
    void an_alert_is_posted_once_over_all_replicas_and_signed() {
        RECEIVER.answering(FakeUpstream.json(200, "{}"));
        JsonNode channel = webhook("/signed");
        String key = key();
        assertThat(raise(key, "{\"percent\": 90}")).isEqualTo("t");
        assertThat(raise(key, "{\"percent\": 90}")).isEqualTo("f");
        Received message = awaitOne();
        assertThat(message.target()).isEqualTo("/signed");
        assertThat(message.method()).isEqualTo("POST");
        assertSignedWith(message, channel.path("signing_secret").asText());
        JsonNode body = Json.parse(message.text());
        assertThat(body.path("type").asText()).isEqualTo("budget.threshold");
        assertThat(body.at("/data/details/percent").asInt()).isEqualTo(90);
        assertThat(message.header("webhook-id")).isEqualTo(body.at("/data/id").asText());

        JsonNode delivery = ended(channel, "delivered");
        assertThat(delivery.at("/log/0/status").asInt()).isEqualTo(200);
        assertThat(delivery.path("alert_id").asText()).isEqualTo(message.header("webhook-id"));
        assertThat(RECEIVER.received()).hasSize(1);
        assertThat(get("/admin/v1/alerts?kind=budget.*&limit=1")
                        .json()
                        .at("/data/0/id")
                        .asText())
                .isEqualTo(message.header("webhook-id"));
    }

    /** So that nothing waits for the next look around. */
    @Test
    void each_replica_listens() {
        Await.until(
                "both listen",
                () -> DATABASE.value("select count(*) from pg_stat_activity where datname = current_database()"
                                + " and query = 'listen tollgate_alert'")
                        .equals("2"));
    }

    @Test
    void a_network_that_is_none_stops_the_start() {
        TollgateProcess wrong = TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_TRUSTED_NETWORKS", "10.0.0.1/8")
                .launch();
        assertThat(wrong.awaitExit()).isEqualTo(1);
        assertThat(wrong.output())
                .contains("tollgate: TOLLGATE_TRUSTED_NETWORKS: network: 10.0.0.1/8 (expected: its first address,"
                        + " 10.0.0.0)");
    }

    @Test
    void a_receiver_that_fails_is_asked_again_with_the_same_id() {
        RECEIVER.answering((request, wire) -> wire.write(
                RECEIVER.received().size() < 3
                        ? FakeUpstream.json(500, "{\"path\":\"/fails-s3cret\"}")
                        : FakeUpstream.json(204, "")));
        JsonNode channel = webhook("/fails-s3cret");
        SECRETS.add("fails-s3cret");
        raise(key(), "{}");
        JsonNode delivery = ended(channel, "delivered");
        assertThat(delivery.path("attempts").asInt()).isEqualTo(3);
        JsonNode log =
                get(DELIVERIES + "/" + delivery.path("id").asText()).json().path("log");
        assertThat(log.findValuesAsText("status")).containsExactly("204", "500", "500");
        assertThat(log.get(2).path("error").asText()).isEqualTo("answered 500: {\"path\":\"…\"}");
        Set<String> ids = new HashSet<>();
        RECEIVER.received().forEach(message -> ids.add(message.header("webhook-id")));
        assertThat(ids).hasSize(1);
    }

    @Test
    void what_is_dead_can_be_seen_and_sent_again() {
        RECEIVER.answering(FakeUpstream.json(410, "gone"));
        JsonNode channel = webhook("/dead");
        raise(key(), "{}");
        JsonNode dead = ended(channel, "dead");
        assertThat(dead.at("/log/0/error").asText()).isEqualTo("answered 410: gone");
        assertThat(get(DELIVERIES + "?state=dead&channel_id=" + id(channel))
                        .json()
                        .path("data"))
                .hasSize(1);

        RECEIVER.answering(FakeUpstream.json(200, "{}"));
        String resend = DELIVERIES + "/" + dead.path("id").asText() + "/resend";
        Answer again = said(root.post(resend, "", "Idempotency-Key", key()));
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(ended(channel, "delivered").path("attempts").asInt()).isEqualTo(2);
        assertThat(awaitOne().header("webhook-id"))
                .isEqualTo(dead.path("alert_id").asText());

        DATABASE.execute("update alert_delivery set state = 'waiting', due_at = now() + interval '1 hour'"
                + " where channel_id = '" + id(channel) + "'");
        assertThat(said(root.post(resend, "")).errorCode()).isEqualTo("conflict");
    }

    @Test
    void a_redirect_is_not_followed() {
        RECEIVER.answering(FakeUpstream.json(302, "", "Location: http://127.0.0.1:1/inside"));
        Answer test = test(webhook("/redirects"));
        assertThat(test.json().path("delivered").asBoolean()).isFalse();
        assertThat(test.json().path("error").asText()).isEqualTo("answered 302; redirects are not followed");
        assertThat(RECEIVER.received()).hasSize(1);
    }

    @Test
    void a_test_says_what_happened() {
        RECEIVER.answering(FakeUpstream.json(200, "ok"));
        JsonNode channel = webhook("/test");
        Answer test = test(channel);
        assertThat(test.json().path("delivered").asBoolean())
                .as(test.toString())
                .isTrue();
        assertThat(test.json().path("status").asInt()).isEqualTo(200);
        assertSignedWith(RECEIVER.only(), channel.path("signing_secret").asText());
        assertThat(Json.parse(RECEIVER.only().text()).path("type").asText()).isEqualTo("test");
        assertThat(DATABASE.value("select after ->> 'delivered' from audit_log where action = 'alert_channel.test'"
                        + " and object_id = '" + id(channel) + "'"))
                .isEqualTo("true");
    }

    @Test
    void a_huge_answer_is_not_read_to_its_end() {
        RECEIVER.answering((_, wire) -> {
            wire.write("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (true) {
                wire.chunk("x".repeat(1_000));
            }
        });
        String error = test(webhook("/huge")).json().path("error").asText();
        assertThat(error).isEqualTo("answered 500: " + "x".repeat(256));
    }

    @Test
    void insiders_are_not_posted_to() {
        for (String url : List.of(
                "https://169.254.169.254/latest/meta-data",
                "https://10.0.0.1/",
                "https://[::1]/",
                "https://[::ffff:10.0.0.1]/",
                "https://[64:ff9b::a00:1]/",
                "https://0.0.0.0/",
                "https://2130706434/",
                "https://127.0.0.2/",
                "http://8.8.8.8/",
                "ftp://example.com/")) {
            Answer refused = said(root.post(CHANNELS, webhookBody(url)));
            assertThat(refused.status()).as(url + ": " + refused).isEqualTo(400);
            assertThat(refused.json().at("/error/param").asText()).isEqualTo("url");
        }
    }

    @Test
    void an_address_that_turned_out_to_be_inside_is_not_posted_to() {
        RECEIVER.answering(FakeUpstream.json(200, "{}"));
        JsonNode channel = webhook("/rebound");
        String moved = "https://127.0.0.2/rebound";
        DATABASE.execute("update alert_channel set url = '" + moved + "' where id = '" + id(channel) + "'");
        assertThat(test(channel).json().path("error").asText())
                .startsWith("the host is on this machine or in a private network");
    }

    @Test
    void a_rotated_secret_signs_beside_the_old_one() {
        RECEIVER.answering(FakeUpstream.json(200, "{}"));
        JsonNode channel = webhook("/rotates");
        Answer rotated = root.post(CHANNELS + "/" + id(channel) + "/rotate", "{}", "If-Match", "\"1\"");
        String renewed = rotated.json().path("signing_secret").asText();
        SECRETS.add(renewed);
        test(channel);
        assertThat(RECEIVER.only().header("webhook-signature").split(" ")).hasSize(2);
        assertSignedWith(RECEIVER.only(), renewed);
        assertSignedWith(RECEIVER.only(), channel.path("signing_secret").asText());

        root.post(CHANNELS + "/" + id(channel) + "/rotate", "{\"overlap_seconds\":0}");
        RECEIVER.answering(FakeUpstream.json(200, "{}"));
        test(channel);
        assertThat(RECEIVER.only().header("webhook-signature").split(" ")).hasSize(1);
    }

    @Test
    void Slack_and_Teams_get_their_forms() {
        RECEIVER.answering(FakeUpstream.json(200, "ok"));
        JsonNode slack = made("{\"name\":\"s\",\"type\":\"slack\",\"url\":%s}".formatted(quote(url("/slack-t0ken"))));
        JsonNode teams = made("{\"name\":\"t\",\"type\":\"teams\",\"url\":%s}".formatted(quote(url("/teams-t0ken"))));
        SECRETS.addAll(List.of("slack-t0ken", "teams-t0ken"));
        assertThat(slack.path("host").asText()).isEqualTo("127.0.0.1");
        assertThat(slack.path("signing_secret").isNull()).isTrue();
        raise(key(), "{\"percent\": 90}");
        ended(slack, "delivered");
        ended(teams, "delivered");
        for (Received message : RECEIVER.received()) {
            String path = message.target().equals("/slack-t0ken")
                    ? "/blocks/0/text/text"
                    : "/attachments/0/content/body/0/text";
            assertThat(Json.parse(message.text()).at(path).asText()).contains("budget.threshold");
        }
    }

    @Test
    void mail_is_sent_when_there_is_a_mail_server() {
        JsonNode channel =
                made("{\"name\":\"m\",\"type\":\"email\",\"addresses\":[\"ops@example.com\",\"cfo@example.com\"]}");
        MAIL.refuse(true);
        String refused = test(channel).json().path("error").asText();
        assertThat(refused).startsWith("the mail server did not take it");
        MAIL.refuse(false);
        raise(key(), "{\"percent\": 90}");
        ended(channel, "delivered");
        TestMailServer.Received mail = MAIL.received().getFirst();
        assertThat(mail.from()).contains("tollgate@example.com");
        assertThat(mail.to()).hasSize(2);
        assertThat(mail.data())
                .contains("Subject: [Tollgate warning] budget.threshold")
                .contains("Percent: 90");
        assertThat(MAIL.received()).hasSize(1);
    }

    @Test
    void a_channel_is_changed_and_deleted_like_everything_else() {
        JsonNode channel = webhook("/changed");
        String path = CHANNELS + "/" + id(channel);
        assertThat(get(path).header("etag")).isEqualTo("\"1\"");
        assertThat(patch(path, "{\"name\":\"new\"}", "\"7\"").status()).isEqualTo(412);
        Answer changed = patch(path, "{\"kinds\":[\"x.*\"],\"severity_min\":\"critical\",\"enabled\":false}", "\"1\"");
        assertThat(changed.header("etag")).isEqualTo("\"2\"");
        assertThat(changed.json().at("/kinds/0").asText()).isEqualTo("x.*");
        assertThat(patch(path, "{\"kinds\":null}", "*").json().path("kinds")).isEmpty();
        assertThat(patch(path, "{\"type\":\"slack\"}", "*").status()).isEqualTo(400);
        assertThat(patch(path, "{\"addresses\":[\"a@example.com\"]}", "*").status())
                .isEqualTo(400);
        assertThat(patch(path, "{\"url\":" + quote(url("/elsewhere-s3cret")) + "}", "*")
                        .status())
                .isEqualTo(200);
        SECRETS.add("elsewhere-s3cret");
        assertThat(DATABASE.value("select count(*) from audit_log where after ->> 'url_changed' = 'true'"
                        + " and object_id = '" + id(channel) + "'"))
                .isEqualTo("1");
        assertThat(said(root.delete(path)).status()).isEqualTo(204);
        assertThat(get(path).status()).isEqualTo(404);
        assertThat(DATABASE.value(
                        "select coalesce(url, secret, 'gone') from alert_channel where id = '" + id(channel) + "'"))
                .isEqualTo("gone");
    }

    @Test
    void a_repeated_creation_makes_one_channel_and_shows_its_secret_once() {
        String key = key();
        String body = webhookBody(url("/once"));
        Answer first = root.post(CHANNELS, body, "Idempotency-Key", key);
        SECRETS.add(first.json().path("signing_secret").asText());
        channels.add(first.json().path("id").asText());
        assertThat(said(root.post(CHANNELS, body, "Idempotency-Key", key)).errorCode())
                .isEqualTo("secret_shown_once");
    }

    @Test
    void what_no_channel_can_be_is_refused() {
        for (String body : List.of(
                "{\"type\":\"webhook\",\"url\":\"https://example.com/\"}",
                "{\"name\":\"x\",\"url\":\"https://example.com/\"}",
                "{\"name\":\"x\",\"type\":\"pager\",\"url\":\"https://example.com/\"}",
                "{\"name\":\"x\",\"type\":\"webhook\"}",
                "{\"name\":\"x\",\"type\":\"email\",\"addresses\":[]}",
                "{\"name\":\"x\",\"type\":\"email\",\"addresses\":[\"a@b\\r\\nBcc: c@d\"]}",
                "{\"name\":\"x\",\"type\":\"email\",\"addresses\":[\"a@example.com\"],\"url\":\"https://example.com/\"}",
                "{\"name\":\"x\",\"type\":\"slack\",\"url\":\"https://example.com/\",\"kinds\":[\"*budget\"]}",
                "{\"name\":\"x\",\"type\":\"slack\",\"url\":\"https://example.com/\",\"severity_min\":\"high\"}",
                "{\"name\":\"x\",\"type\":\"slack\",\"url\":\"https://example.com/\",\"surprise\":1}")) {
            assertThat(said(root.post(CHANNELS, body)).status()).as(body).isEqualTo(400);
        }
        assertThat(get("/admin/v1/alerts?severity_min=high").status()).isEqualTo(400);
        assertThat(get(DELIVERIES + "?state=lost").status()).isEqualTo(400);
        assertThat(get(DELIVERIES + "?cursor=x").status()).isEqualTo(400);
    }

    private JsonNode webhook(String path) {
        return made(webhookBody(url(path)));
    }

    private static String webhookBody(String url) {
        return "{\"name\":\"hook\",\"type\":\"webhook\",\"url\":%s}".formatted(quote(url));
    }

    private static String url(String path) {
        return "http://" + RECEIVER.authority() + path;
    }

    /** A channel of the platform; what its secret is nobody else is told. */
    private JsonNode made(String body) {
        Answer made = root.post(CHANNELS, body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        channels.add(made.json().path("id").asText());
        if (!made.json().path("signing_secret").isNull()) {
            SECRETS.add(made.json().path("signing_secret").asText());
        }
        return made.json();
    }

    private Answer test(JsonNode channel) {
        return said(root.post(CHANNELS + "/" + id(channel) + "/test", ""));
    }

    private Answer get(String path) {
        return said(root.get(path));
    }

    private Answer patch(String path, String body, String ifMatch) {
        return said(root.send(root.request(path, "If-Match", ifMatch, "content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body))));
    }

    private static Answer said(Answer answer) {
        SAID.append(answer).append('\n');
        return answer;
    }

    private static String id(JsonNode channel) {
        return channel.path("id").asText();
    }

    private static String key() {
        return "key:" + KEYS.incrementAndGet();
    }

    private static String raise(String key, String payload) {
        return DATABASE.value("select raise_alert('budget.threshold', '" + key + "', null, '" + payload + "')");
    }

    private static Received awaitOne() {
        Await.until("a message has come", () -> !RECEIVER.received().isEmpty());
        return RECEIVER.only();
    }

    /** The latest delivery over the channel, once it is in that state. */
    private JsonNode ended(JsonNode channel, String state) {
        String path = DELIVERIES + "?limit=1&channel_id=" + id(channel);
        Await.until(
                "it is " + state,
                () -> state.equals(get(path).json().at("/data/0/state").asText()));
        return get(path).json().at("/data/0");
    }

    private static void assertSignedWith(Received message, String secret) {
        String signed = message.header("webhook-id") + "." + message.header("webhook-timestamp") + "." + message.text();
        assertThat(message.header("webhook-signature").split(" ")).contains("v1," + hmac(secret, signed));
    }

    /** As the libraries of Standard Webhooks do it. */
    private static String hmac(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring("whsec_".length())), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
