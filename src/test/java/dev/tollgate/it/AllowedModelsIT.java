package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.response;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A key may use the models that it, its client and its organization all allow, and no others. */
class AllowedModelsIT {
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_UNMETERED", "allow")
            .start();

    private static final ApiClient FREE = TOLLGATE.api();
    private static final ApiClient RESTRICTED = TOLLGATE.newOrganization("restricted");

    /** The organization allows gpt-4o and its kin, its key gpt-4o-mini and more; what is left is gpt-4o-mini. */
    @BeforeAll
    static void restrict() {
        DATABASE.execute(
                "update organization set allowed_models = '{gpt-4o*}' where name = 'restricted'",
                "update api_key set allowed_models = '{gpt-4o-mini,o3*,text-embedding-*}' where organization_id ="
                        + " (select id from organization where name = 'restricted')");
        Await.until("the restriction is in force", () -> models(RESTRICTED).size() == 1);
    }

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_model_on_every_list_is_served() {
        assertThat(RESTRICTED
                        .post("/v1/chat/completions", chat("gpt-4o-mini", "Hi"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_model_that_one_list_lacks_is_refused_and_booked_as_that() {
        for (String model : new String[] {"gpt-4o", "o3", "GPT-4o-mini", "openai/gpt-4o-mini"}) {
            Answer answer = RESTRICTED.post("/v1/chat/completions", chat(model, "Hi"));
            assertRefused(answer);
            assertThat(answer.text()).contains("The model " + model + " is not allowed to this key");
            assertThat(TOLLGATE.ledger().entry(answer).outcome()).isEqualTo("refused");
        }
        assertRefused(RESTRICTED.post("/v1/responses", response("gpt-4o", "Hi")));
        assertRefused(RESTRICTED.post(
                "/openai/deployments/gpt-4o/chat/completions",
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}"));
        assertRefused(RESTRICTED.post("/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":\"Hi\"}"));
    }

    @Test
    void the_model_that_is_run_where_none_is_named_must_be_allowed_too() {
        assertRefused(RESTRICTED.post("/v1/moderations", "{\"input\":\"Hi\"}"));
        assertThat(FREE.post("/v1/moderations", "{\"input\":\"Hi\"}").status()).isEqualTo(200);
    }

    @Test
    void work_whose_models_can_not_be_seen_is_refused() {
        Answer answer = RESTRICTED.post("/v1/batches", "{\"input_file_id\":\"file-1\",\"model\":\"gpt-4o-mini\"}");
        assertRefused(answer);
        assertThat(answer.text()).contains("can't be seen");
    }

    @Test
    void only_models_that_the_key_may_use_are_listed() {
        assertThat(models(RESTRICTED)).containsExactly("gpt-4o-mini");
        assertThat(models(FREE)).contains("gpt-4o-mini", "gpt-4o");
        assertThat(RESTRICTED.get("/v1/models/gpt-4o-mini").status()).isEqualTo(200);
        assertThat(RESTRICTED.get("/v1/models/gpt-4o").errorCode()).isEqualTo("model_not_found");
    }

    private static void assertRefused(Answer answer) {
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("model_not_allowed");
    }

    private static List<String> models(ApiClient api) {
        List<String> ids = new ArrayList<>();
        for (JsonNode model : api.get("/v1/models").json().path("data")) {
            ids.add(model.path("id").asText());
        }
        return ids;
    }
}
