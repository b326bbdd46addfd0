package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.response;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Bodies.with;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Form;
import dev.tollgate.testkit.Ids;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.SharedTollgate;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two organizations over one account at a provider: what one of them creates there does not exist for the other. */
class SharedAccountIT {
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_UNMETERED", "allow")
            .start();

    private static final ApiClient OWNER = TOLLGATE.api();
    private static final ApiClient OTHER = TOLLGATE.newOrganization("other");

    private final TestProvider provider = TestProvider.get();

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void files() {
        String file = "/v1/files/" + file(OWNER, "mine");

        assertThat(OWNER.get(file + "/content").text()).isEqualTo("mine");
        assertIsOnlyFor(OWNER, file);
        assertNotFound(OTHER.get(file + "/content"));
        assertIsListedOnlyFor(OWNER, "/v1/files", file);
        assertCanBeDeletedOnlyBy(OWNER, file);
    }

    @Test
    void uploads_in_parts() {
        String upload = "/v1/uploads/"
                + id(OWNER.post(
                        "/v1/uploads",
                        "{\"purpose\":\"user_data\",\"filename\":\"a.txt\",\"bytes\":4,\"mime_type\":\"text/plain\"}"));
        Form part = Form.empty().file("data", "part", "mine".getBytes(UTF_8));

        assertNotFound(OTHER.post(upload + "/parts", part));
        String partId = id(OWNER.post(upload + "/parts", part));
        String complete = "{\"part_ids\":[\"" + partId + "\"]}";
        assertNotFound(OTHER.post(upload + "/complete", complete));
        assertThat(OWNER.post(upload + "/complete", complete).status()).isEqualTo(200);
    }

    @Test
    void responses() {
        String id = id(OWNER.post("/v1/responses", response("gpt-4o-mini", "Hello")));
        String response = "/v1/responses/" + id;

        assertIsOnlyFor(OWNER, response);
        assertThat(OWNER.get(response + "/input_items").json().path("data")).hasSize(1);
        assertNotFound(OTHER.get(response + "/input_items"));
        assertCanBeUsedOnlyBy(
                OWNER,
                "/v1/responses",
                with(response("gpt-4o-mini", "And then?"), "\"previous_response_id\":\"" + id + "\""));
        assertCanBeDeletedOnlyBy(OWNER, response);
    }

    @Test
    void responses_that_were_streamed() {
        Answer stream = OWNER.post("/v1/responses", with(response("gpt-4o-mini", "Hello"), "\"stream\":true"));
        String id = Json.parse(stream.data().getFirst()).at("/response/id").asText();

        assertIsOnlyFor(OWNER, "/v1/responses/" + id);
    }

    @Test
    void items_of_responses() {
        Answer answer = OWNER.post("/v1/responses", response("gpt-4o-mini", "Hello"));
        String item = answer.json().at("/output/0/id").asText();

        String reference = "{\"model\":\"gpt-4o-mini\",\"input\":[{\"type\":\"item_reference\",\"id\":\"" + item
                + "\"},{\"role\":\"user\",\"content\":\"Hello\"}]}";
        assertCanBeUsedOnlyBy(OWNER, "/v1/responses", reference);
    }

    @Test
    void conversations() {
        String id = id(OWNER.post(
                "/v1/conversations", "{\"items\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"Hello\"}]}"));
        String conversation = "/v1/conversations/" + id;

        assertIsOnlyFor(OWNER, conversation);
        assertThat(OWNER.get(conversation + "/items").json().path("data")).hasSize(1);
        assertNotFound(OTHER.get(conversation + "/items"));
        assertNotFound(OTHER.post(
                conversation + "/items", "{\"items\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"!\"}]}"));
        assertCanBeUsedOnlyBy(
                OWNER, "/v1/responses", with(response("gpt-4o-mini", "Hi"), "\"conversation\":\"" + id + "\""));
        assertCanBeUsedOnlyBy(
                OWNER,
                "/v1/responses",
                with(response("gpt-4o-mini", "Hi"), "\"conversation\":{\"id\":\"" + id + "\"}"));
        assertCanBeDeletedOnlyBy(OWNER, conversation);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void stored_completions(boolean streamed) {
        String ask = streamed ? streamedChat("gpt-4o-mini", "Hello") : chat("gpt-4o-mini", "Hello");
        Answer answer = OWNER.post("/v1/chat/completions", with(ask, "\"store\":true"));
        JsonNode first = streamed ? Json.parse(answer.data().getFirst()) : answer.json();
        String completion = "/v1/chat/completions/" + first.path("id").asText();

        assertIsOnlyFor(OWNER, completion);
        assertThat(OWNER.get(completion + "/messages").json().path("data")).hasSize(1);
        assertNotFound(OTHER.get(completion + "/messages"));
        assertNotFound(OTHER.post(completion, "{\"metadata\":{\"stolen\":\"yes\"}}"));
        assertIsListedOnlyFor(OWNER, "/v1/chat/completions", completion);
        assertCanBeDeletedOnlyBy(OWNER, completion);
    }

    @Test
    void vector_stores() {
        String file = file(OWNER, "mine");
        assertNotFound(OTHER.post("/v1/vector_stores", "{\"name\":\"x\",\"file_ids\":[\"" + file + "\"]}"));
        String id = id(OWNER.post("/v1/vector_stores", "{\"name\":\"x\",\"file_ids\":[\"" + file + "\"]}"));
        String store = "/v1/vector_stores/" + id;

        assertIsOnlyFor(OWNER, store);
        assertNotFound(OTHER.post(store + "/files", "{\"file_id\":\"" + file(OTHER, "theirs") + "\"}"));
        assertThat(OWNER.post(store + "/files", "{\"file_id\":\"" + file + "\"}")
                        .status())
                .isEqualTo(200);
        assertThat(OWNER.get(store + "/files").json().path("data")).hasSize(1);
        assertNotFound(OTHER.get(store + "/files"));
        assertCanBeUsedOnlyBy(
                OWNER,
                "/v1/responses",
                with(
                        response("gpt-4o-mini", "Find it"),
                        "\"tools\":[{\"type\":\"file_search\",\"vector_store_ids\":[\"" + id + "\"]}]"));
        assertIsListedOnlyFor(OWNER, "/v1/vector_stores", store);
        assertCanBeDeletedOnlyBy(OWNER, store);
    }

    @Test
    void batches() {
        String ask = "{\"input_file_id\":\"" + file(OWNER, "{}")
                + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}";
        assertNotFound(OTHER.post("/v1/batches", ask));
        String batch = "/v1/batches/" + id(OWNER.post("/v1/batches", ask));

        assertIsOnlyFor(OWNER, batch);
        assertIsListedOnlyFor(OWNER, "/v1/batches", batch);
        assertNotFound(OTHER.post(batch + "/cancel", ""));
        assertThat(OWNER.post(batch + "/cancel", "").json().path("status").asText())
                .isEqualTo("cancelled");
    }

    @Test
    void containers() {
        String id = id(OWNER.post("/v1/containers", "{\"name\":\"x\"}"));
        String container = "/v1/containers/" + id;

        assertIsOnlyFor(OWNER, container);
        assertNotFound(OTHER.get(container + "/files"));
        assertCanBeUsedOnlyBy(
                OWNER,
                "/v1/responses",
                with(
                        response("gpt-4o-mini", "Compute it"),
                        "\"tools\":[{\"type\":\"code_interpreter\",\"container\":\"" + id + "\"}]"));
        assertIsListedOnlyFor(OWNER, "/v1/containers", container);
        assertCanBeDeletedOnlyBy(OWNER, container);
    }

    @Test
    void fine_tuning() {
        String ask = "{\"model\":\"gpt-4o-mini\",\"training_file\":\"" + file(OWNER, "{}") + "\"}";
        assertNotFound(OTHER.post("/v1/fine_tuning/jobs", ask));
        String job = "/v1/fine_tuning/jobs/" + id(OWNER.post("/v1/fine_tuning/jobs", ask));

        assertIsOnlyFor(OWNER, job);
        assertIsListedOnlyFor(OWNER, "/v1/fine_tuning/jobs", job);
        assertNotFound(OTHER.post("/v1/chat/completions", chat("ft:gpt-4o-mini-2024-07-18:owner::abc", "Hello")));
    }

    @Test
    void files_inside_messages() {
        String file = file(OWNER, "mine");
        String part = "{\"type\":\"input_file\",\"file_id\":\"" + file + "\"}";
        assertCanBeUsedOnlyBy(
                OWNER,
                "/v1/responses",
                "{\"model\":\"gpt-4o-mini\",\"input\":[{\"role\":\"user\",\"content\":[" + part + "]}]}");
        assertCanBeUsedOnlyBy(
                OWNER,
                "/v1/chat/completions",
                "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":["
                        + "{\"type\":\"file\",\"file\":{\"file_id\":\"" + file + "\"}}]}]}");
    }

    @Test
    void work_in_the_background() {
        String id = id(OWNER.post("/v1/responses", with(response("gpt-4o-mini", "Hello"), "\"background\":true")));

        assertNotFound(OTHER.post("/v1/responses/" + id + "/cancel", ""));
        assertIsOnlyFor(OWNER, "/v1/responses/" + id);
    }

    /** Pages are filled from as many of the provider's as it takes, and say whether there is more. */
    @Test
    void lists_are_paged_as_if_the_others_were_not_there() {
        ApiClient reader = TOLLGATE.newOrganization("reader");
        List<String> mine = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            mine.add(file(reader, "mine " + i));
            for (int j = 0; j < 5; j++) {
                file(OTHER, "theirs");
            }
        }

        assertThat(pages(reader, "/v1/files?order=asc&limit=10")).isEqualTo(mine);
        assertThat(pages(reader, "/v1/files?limit=25")).isEqualTo(mine.reversed());
        assertThat(ids(reader.get("/v1/files?order=asc"))).isEqualTo(mine.subList(0, 20));
        JsonNode last =
                reader.get("/v1/files?order=asc&limit=10&after=" + mine.get(14)).json();
        assertThat(last.path("has_more").asBoolean()).isFalse();
        assertThat(last.path("first_id").asText()).isEqualTo(mine.get(15));
        assertThat(last.path("last_id").asText()).isEqualTo(mine.get(24));
    }

    @Test
    void a_list_of_somebody_who_has_nothing_is_empty() {
        file(OWNER, "mine");
        JsonNode list = TOLLGATE.newOrganization("newcomer").get("/v1/files").json();

        assertThat(list.path("data")).isEmpty();
        assertThat(list.path("has_more").asBoolean()).isFalse();
    }

    @Test
    void what_somebody_else_has_looks_like_what_nobody_has() {
        Answer theirs = OTHER.get("/v1/files/" + file(OWNER, "mine"));
        Answer nobodys = OTHER.get("/v1/files/file-" + "0".repeat(32));

        assertThat(theirs.status()).isEqualTo(nobodys.status());
        assertThat(Ids.hiddenIn(theirs.text())).isEqualTo(Ids.hiddenIn(nobodys.text()));
    }

    @Test
    void the_account_is_not_spoken_of() {
        Answer answer = OWNER.post("/v1/chat/completions", chat("gpt-4o-mini", "Hello"));

        assertThat(answer.headers().map().keySet())
                .noneMatch(name -> name.startsWith("x-ratelimit-") || name.startsWith("openai-organization"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/organization/users", "/v1/organization/admin_api_keys", "/v1/organization/costs"})
    void the_account_is_not_administered_through_tollgate(String path) {
        for (ApiClient caller : List.of(OWNER, OTHER, SharedTollgate.get().api())) {
            Answer answer = caller.get(path);

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.errorCode()).isEqualTo("path_not_allowed");
        }
    }

    // The account of one organization.

    @Test
    void an_account_of_one_organization_is_relayed_whole() {
        ApiClient sole = SharedTollgate.get().api();
        String file = file(provider.api(), "made elsewhere");

        assertThat(sole.get("/v1/files/" + file).status()).isEqualTo(200);
        assertThat(ids(sole.get("/v1/files"))).contains(file);
        assertThat(sole.post("/v1/chat/completions", chat("gpt-4o-mini", "Hello"))
                        .hasHeader("openai-organization"))
                .isTrue();
    }

    @Test
    void an_account_of_one_organization_is_not_open_to_others() {
        ApiClient stranger = SharedTollgate.get().newOrganization("stranger");

        assertNotFound(stranger.post("/v1/chat/completions", chat("gpt-4o-mini", "Hello")));
        assertNotFound(stranger.get("/v1/files"));
        assertThat(stranger.get("/v1/models").json().path("data")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/batches", "/v1/fine_tuning/jobs", "/v1/videos", "/v1/evals"})
    void work_that_could_not_be_booked_is_refused_unless_it_is_allowed(String path) {
        Answer answer = SharedTollgate.get().api().post(path, "{}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("path_not_metered");
        assertThat(answer.json().at("/error/message").asText()).contains("TOLLGATE_UNMETERED=allow");
    }

    @Test
    void work_in_the_background_is_refused_unless_it_is_allowed() {
        Answer answer = SharedTollgate.get()
                .api()
                .post("/v1/responses", with(response("gpt-4o-mini", "Hello"), "\"background\":true"));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("path_not_metered");
    }

    private static String file(ApiClient by, String content) {
        return id(by.post(
                "/v1/files",
                Form.empty().field("purpose", "user_data").file("file", "a.txt", content.getBytes(UTF_8))));
    }

    private static String id(Answer created) {
        assertThat(created.status()).as("%s", created).isEqualTo(200);
        return created.json().path("id").asText();
    }

    private static void assertNotFound(Answer answer) {
        assertThat(answer.status()).as("%s", answer).isEqualTo(404);
    }

    private static void assertIsOnlyFor(ApiClient owner, String object) {
        assertThat(owner.get(object).status()).isEqualTo(200);
        assertNotFound(OTHER.get(object));
    }

    /** The other's attempt is refused before anything is sent to the provider. */
    private void assertCanBeUsedOnlyBy(ApiClient owner, String path, String body) {
        long requests = provider.charges().requests();
        assertNotFound(OTHER.post(path, body));
        assertThat(provider.charges().requests()).isEqualTo(requests);
        assertThat(owner.post(path, body).status()).isEqualTo(200);
    }

    private static void assertIsListedOnlyFor(ApiClient owner, String list, String object) {
        String id = object.substring(object.lastIndexOf('/') + 1);
        assertThat(ids(owner.get(list))).contains(id);
        assertThat(ids(OTHER.get(list))).doesNotContain(id);
    }

    private static void assertCanBeDeletedOnlyBy(ApiClient owner, String object) {
        assertNotFound(OTHER.delete(object));
        assertThat(owner.get(object).status()).isEqualTo(200);
        assertThat(owner.delete(object).status()).isEqualTo(200);
        assertNotFound(owner.get(object));
    }

    private static List<String> ids(Answer list) {
        return StreamSupport.stream(list.json().path("data").spliterator(), false)
                .map(object -> object.path("id").asText())
                .toList();
    }

    /** All ids of a list, read page by page. */
    private static List<String> pages(ApiClient reader, String list) {
        List<String> all = new ArrayList<>();
        Answer page = reader.get(list);
        all.addAll(ids(page));
        while (page.json().path("has_more").asBoolean()) {
            page = reader.get(list + "&after=" + all.getLast());
            assertThat(page.json().path("data")).isNotEmpty();
            all.addAll(ids(page));
        }
        return all;
    }
}
