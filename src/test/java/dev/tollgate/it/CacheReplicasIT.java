package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TestRedis;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two processes that share a cache in PostgreSQL and Redis: what one has stored the other gives, and what is dropped neither. */
class CacheReplicasIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TestRedis REDIS = TestRedis.started();

    private static List<TollgateProcess> processes;

    @BeforeAll
    static void start() {
        processes = Stream.of(1, 2).map(_ -> process()).toList();
        ApiClient first = organization("first").getFirst();
        AtomicInteger asked = new AtomicInteger();
        Await.until("the cache's key is known", () -> {
            ask(first, "Question " + asked.incrementAndGet());
            return known(processes.getLast()) > 0;
        });
    }

    private static TollgateProcess process() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("QUARKUS_REDIS_HOSTS", REDIS.url())
                .with("TOLLGATE_MASTER_KEY", "33".repeat(32))
                .with("TOLLGATE_CACHE", "deterministic")
                .with("TOLLGATE_CACHE_ENCRYPTED", "true")
                .with("TOLLGATE_CACHE_PATIENCE", "5s") // so that a slow machine decides nothing
                .start();
    }

    @AfterAll
    static void stop() {
        processes.forEach(TollgateProcess::close);
        REDIS.close();
    }

    /** A client of each process. */
    private static List<ApiClient> organization(String name) {
        String key = DATABASE.addOrganization(name).reveal();
        List<ApiClient> clients = processes.stream()
                .map(process -> new ApiClient(process.root(), key))
                .toList();
        clients.forEach(client ->
                Await.until("the key is known", () -> client.get("/v1/models").status() == 200));
        return clients;
    }

    private static String ask(ApiClient client, String text) {
        Answer answer = client.post(CHAT, with(chat("gpt-4o-mini", text), "\"temperature\":0"));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.header("x-tollgate-cache");
    }

    /** Has the first process store an answer, and waits until the other one knows of it. */
    private static void stored(List<ApiClient> clients, String text) {
        double known = known(processes.getLast());
        assertThat(ask(clients.getFirst(), text)).isEqualTo("miss");
        Await.until("it is known", () -> known(processes.getLast()) > known);
    }

    private static double known(TollgateProcess process) {
        return process.metric("tollgate_cache_answers", "tier=\"postgresql\"");
    }

    @Test
    void what_one_has_stored_the_other_gives_and_to_nobody_else() {
        List<ApiClient> clients = organization("sharing");
        stored(clients, "What is a replica?");
        assertThat(ask(clients.getLast(), "What is a replica?")).isEqualTo("hit-exact");
        for (ApiClient stranger : organization("strangers")) {
            assertThat(ask(stranger, "What is a replica?")).isEqualTo("miss");
        }
    }

    @Test
    void with_Redis_gone_PostgreSQL_has_it() {
        List<ApiClient> clients = organization("without Redis");
        stored(clients, "What is left?");
        REDIS.stop();
        try {
            assertThat(ask(clients.getLast(), "What is left?")).isEqualTo("hit-exact");
        } finally {
            REDIS.start();
        }
    }

    @Test
    void what_is_dropped_neither_gives_any_more_and_others_stay() {
        List<ApiClient> clients = organization("dropping");
        List<ApiClient> others = organization("staying");
        stored(clients, "What is gone?");
        assertThat(ask(clients.getLast(), "What is gone?")).isEqualTo("hit-exact");
        stored(others, "What stays?");
        String id = DATABASE.value("select id from organization where name = 'dropping'");
        Answer dropped = processes.getFirst().administration().delete("/admin/v1/cache?organization_id=" + id);
        assertThat(dropped.status()).as(dropped.toString()).isEqualTo(200);
        assertThat(dropped.json().path("organization_id").asText()).isEqualTo(id);
        Await.until(
                "the other one has heard of it",
                () -> ask(clients.getLast(), "What is gone?").equals("miss"));
        assertThat(ask(others.getLast(), "What stays?")).isEqualTo("hit-exact");
        assertThat(DATABASE.value("select count(*) from audit_log where action = 'cache.drop'"))
                .isEqualTo("1");
    }

    @Test
    void what_it_has_done_is_told_per_organization_and_tier() {
        List<ApiClient> clients = organization("counted");
        stored(clients, "What counts?");
        assertThat(ask(clients.getLast(), "What counts?")).isEqualTo("hit-exact");
        assertThat(ask(clients.getLast(), "What counts?")).isEqualTo("hit-exact");
        String id = DATABASE.value("select id from organization where name = 'counted'");
        String path = "/admin/v1/cache/stats?group_by=organization_id,route&organization_id=" + id;
        Await.until(
                "it is booked", () -> hits(processes.getFirst().administration().get(path)) == 2);
        JsonNode told = processes.getFirst().administration().get(path).json();
        assertThat(told.at("/data/0/organization_id").asText()).isEqualTo(id);
        assertThat(told.at("/data/0/hits/memory").asLong()).isEqualTo(1);
        assertThat(told.at("/data/0/saved").asText()).isNotEqualTo("0");
        assertThat(told.at("/tiers/0/tier").asText()).isEqualTo("memory");
    }

    @Test
    void what_is_warmed_nobody_has_to_wait_for() {
        ApiClient client = organization("warming").getFirst();
        ApiClient administration = processes.getFirst().administration();
        String request = "{\"body\":" + with(chat("gpt-4o-mini", "Are you warm?"), "\"temperature\":0") + "}";
        Answer begun = administration.post(
                "/admin/v1/cache/warm",
                "{\"key\":\"" + client.key() + "\",\"budget\":\"1\",\"requests\":[" + request + "," + request + "]}");
        assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
        String path = "/admin/v1/cache/warm/" + begun.json().path("id").asText();
        Await.until(
                "all are sent",
                () -> administration.get(path).json().path("state").asText().equals("done"));
        JsonNode done = administration.get(path).json();
        assertThat(done.path("stored").asInt()).as(done.toString()).isEqualTo(1);
        assertThat(done.path("known").asInt()).isEqualTo(1);
        assertThat(done.path("spent").asText()).isNotEqualTo("0");
        assertThat(ask(client, "Are you warm?")).isEqualTo("hit-exact");
        assertThat(DATABASE.dump()).doesNotContain(client.key());
    }

    private static long hits(Answer stats) {
        assertThat(stats.status()).as(stats.toString()).isEqualTo(200);
        long hits = 0;
        for (JsonNode tier : stats.json().at("/data/0/hits")) {
            hits += tier.asLong();
        }
        return hits;
    }
}
