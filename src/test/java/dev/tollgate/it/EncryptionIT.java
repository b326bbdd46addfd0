package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestTransit;
import dev.tollgate.testkit.TollgateProcess;
import dev.tollgate.vault.MasterKey;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Secrets are sealed in the database; the master key changes under traffic; without it everything else goes on. */
class EncryptionIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String VAULT = "/admin/v1/vault";
    private static final String OLD = "aa".repeat(32);
    private static final String NEW = "bb".repeat(32);
    private static final String OLD_ID = id(OLD);
    private static final String NEW_ID = id(NEW);
    private static final String CREDENTIAL = "sk-proj-of-the-customer-4711-abcd";
    private static final String HOOK = "https://8.8.8.8/hook/very-secret-path";

    private static final FakeUpstream PLATFORM = FakeUpstream.start();
    private static final FakeUpstream CUSTOMER = FakeUpstream.start();
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static ApiClient customer;

    @BeforeAll
    static void secrets_from_before_there_was_a_master_key_and_after() {
        PLATFORM.answering(json(200, "{}"));
        CUSTOMER.answering(json(200, "{}"));
        try (TollgateProcess before = start("")) {
            customer = before.newOrganization("customer");
            Answer channel = before.administration()
                    .post(
                            "/admin/v1/alert-channels",
                            "{\"name\":\"x\",\"type\":\"webhook\",\"url\":\"%s\"}".formatted(HOOK));
            assertThat(channel.status()).isEqualTo(201);
            assertThat(create(before).errorCode()).isEqualTo("vault_locked");
            assertThat(DATABASE.dump()).contains(HOOK);
        }
        try (TollgateProcess first = start(OLD)) {
            Await.until(
                    "what was plain is sealed",
                    () -> vault(first).path("is_current").asBoolean());
            assertThat(create(first).status()).isEqualTo(201);
            assertThat(DATABASE.dump()).doesNotContain(HOOK, "whsec_", CREDENTIAL);
        }
    }

    @AfterAll
    static void close() {
        PLATFORM.close();
        CUSTOMER.close();
    }

    @Test
    void the_master_key_changes_under_traffic_and_that_is_proven() {
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        try (TollgateProcess serving = start(OLD + "," + NEW)) {
            ApiClient api = new ApiClient(serving.root(), customer.key());
            CUSTOMER.answering(json(200, "{}"));
            PLATFORM.answering(json(200, "{}"));
            Thread traffic = Thread.ofVirtual().start(() -> {
                while (!ended.get()) {
                    statuses.add(api.post(CHAT, chat("gpt-4o-mini", "Hi")).status());
                    answered.incrementAndGet();
                }
            });
            try (TestTransit transit = TestTransit.start();
                    TollgateProcess changing = setUp(wrapped(transit, NEW) + "," + wrapped(transit, OLD))
                            .with("TOLLGATE_KEY_SERVICE", transit.url())
                            .with("TOLLGATE_KEY_SERVICE_TOKEN", TestTransit.TOKEN)
                            .start()) {
                Await.until("everything is sealed under the new key", () -> {
                    JsonNode vault = vault(changing);
                    return vault.path("is_current").asBoolean()
                            && vault.path("current_key_id").asText().equals(NEW_ID);
                });
                int then = answered.get();
                Await.until("traffic goes on", () -> answered.get() > then + 10);
                JsonNode verified =
                        changing.administration().post(VAULT + "/verify", "{}").json();
                assertThat(verified.path("failed").asInt()).isZero();
                assertThat(verified.path("done").asInt()).isEqualTo(3); // URL, signing secret, credential
                assertThat(DATABASE.dump()).contains("sealed:1:" + NEW_ID).doesNotContain("sealed:1:" + OLD_ID);
                assertThat(changing.complaints()).isEmpty();
                assertThat(changing.output()).doesNotContain(OLD, NEW, TestTransit.TOKEN);
            } finally {
                ended.set(true);
                join(traffic);
            }
            assertThat(statuses).containsExactly(200);
            assertThat(PLATFORM.received()).as("never over another account").isEmpty();
            assertThat(serving.output()).doesNotContain(OLD, NEW, CREDENTIAL);

            // And back, so that the order of tests is of no matter.
            assertThat(serving.administration()
                            .post(VAULT + "/seal", "{}")
                            .json()
                            .path("done")
                            .asInt())
                    .isEqualTo(3);
            assertThat(vault(serving).path("is_current").asBoolean()).isTrue();
        }
    }

    @Test
    void without_the_master_key_all_goes_on_that_does_not_need_it() {
        try (TollgateProcess wrong = start("cc".repeat(32))) {
            PLATFORM.answering(json(200, "{}"));
            CUSTOMER.answering(json(200, "{}"));
            Answer answer = new ApiClient(wrong.root(), customer.key()).post(CHAT, chat("gpt-4o-mini", "Hi"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(CUSTOMER.received()).isEmpty();

            assertThat(wrong.administration().get("/admin/v1/providers").text())
                    .contains("\"failing\"", "is sealed under the master key " + OLD_ID + ", which is not given");
            JsonNode channel = wrong.administration()
                    .get("/admin/v1/alert-channels")
                    .json()
                    .at("/data/0");
            assertThat(channel.path("type").asText()).isEqualTo("webhook");
            assertThat(channel.path("host").isNull()).isTrue();
            assertThat(wrong.administration()
                            .post(VAULT + "/seal", "{}")
                            .json()
                            .path("failed")
                            .asInt())
                    .isEqualTo(3);
            Await.until("it is told", () -> wrong.output().contains("the master key " + OLD_ID + " is not given"));
            assertThat(DATABASE.value("select count(*) from provider_account where starts_with(credential, 'sealed:1:"
                            + OLD_ID + "')"))
                    .isEqualTo("1");
        }
    }

    @Test
    void a_master_key_that_is_none_stops_the_start_and_is_not_quoted() {
        TollgateProcess wrong = setUp("correct-horse-battery-staple").launch();
        assertThat(wrong.awaitExit()).isEqualTo(1);
        assertThat(wrong.output())
                .contains("tollgate: TOLLGATE_MASTER_KEY: master key: 21 bytes (expected: 32, as")
                .doesNotContain("correct-horse");
    }

    @Test
    void a_wrapped_master_key_that_nobody_unwraps_stops_the_start_and_what_to_do_is_told() {
        try (TestTransit transit = TestTransit.start()) {
            TollgateProcess without = setUp(wrapped(transit, OLD)).launch();
            assertThat(without.awaitExit()).isEqualTo(1);
            assertThat(without.output())
                    .contains("tollgate: TOLLGATE_MASTER_KEY has a key", "Set TOLLGATE_KEY_SERVICE");
        }
    }

    private static String wrapped(TestTransit transit, String key) {
        return transit.wrap(HexFormat.of().parseHex(key));
    }

    private static TollgateProcess start(String masterKeys) {
        return setUp(masterKeys).start();
    }

    private static TollgateProcess.Setup setUp(String masterKeys) {
        TollgateProcess.Setup setup = TollgateProcess.setUp()
                .over(DATABASE)
                .asking(PLATFORM.baseUrl(), "sk-of-the-platform")
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_ADMIN_TOKEN", "tg-admin-root-of-this-very-test-0123456789")
                .with("TOLLGATE_TRUSTED_NETWORKS", "127.0.0.1/32");
        return masterKeys.isEmpty() ? setup : setup.with("TOLLGATE_MASTER_KEY", masterKeys);
    }

    private static Answer create(TollgateProcess tollgate) {
        String organization = DATABASE.value("select id from organization where name = 'customer'");
        return tollgate.administration()
                .post("/admin/v1/provider-accounts", """
                        {"organization_id": "%s", "name": "Own", "provider": "openai", "base_url": "%s", "credential": "%s",
                         "stand_in": true, "check": false}
                        """.formatted(organization, CUSTOMER.baseUrl(), CREDENTIAL));
    }

    private static JsonNode vault(TollgateProcess tollgate) {
        return tollgate.administration().get(VAULT).json();
    }

    private static String id(String key) {
        return MasterKey.parse(key).getFirst().id();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
