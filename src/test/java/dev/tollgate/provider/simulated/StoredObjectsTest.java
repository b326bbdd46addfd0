package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.http.HttpResponse;
import com.openai.errors.NotFoundException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileListParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.finetuning.jobs.FineTuningJob;
import com.openai.models.finetuning.jobs.JobCreateParams;
import com.openai.models.uploads.Upload;
import com.openai.models.uploads.UploadCompleteParams;
import com.openai.models.uploads.UploadCreateParams;
import com.openai.models.uploads.parts.PartCreateParams;
import com.openai.models.vectorstores.VectorStore;
import com.openai.models.vectorstores.VectorStoreCreateParams;
import com.openai.models.vectorstores.files.FileDeleteParams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoredObjectsTest {
    @RegisterExtension
    static final Simulation simulation = new Simulation();

    private final OpenAIClient sdk = simulation.sdk();

    @Test
    void a_file_is_uploaded_read_and_deleted() throws Exception {
        FileObject file = upload("{\"a\":1}\n");
        file.validate();
        assertThat(file.bytes()).isEqualTo(8);
        assertThat(file.filename()).isEqualTo("notes.jsonl");
        assertThat(sdk.files().retrieve(file.id())).isEqualTo(file);
        assertThat(content(file.id())).isEqualTo("{\"a\":1}\n");
        assertThat(sdk.files().delete(file.id()).deleted()).isTrue();
        assertThatThrownBy(() -> sdk.files().retrieve(file.id())).isInstanceOf(NotFoundException.class);
    }

    @Test
    void files_are_listed_in_pages_newest_first() {
        List<String> ids =
                IntStream.range(0, 5).mapToObj(i -> upload("content " + i).id()).toList();
        List<String> listed = sdk.files().list(FileListParams.builder().limit(2).build()).autoPager().stream()
                .map(FileObject::id)
                .filter(ids::contains)
                .toList();
        assertThat(listed).isEqualTo(ids.reversed());
        assertThat(sdk.files()
                        .list(FileListParams.builder()
                                .order(FileListParams.Order.ASC)
                                .after(ids.get(3))
                                .build())
                        .data())
                .extracting(FileObject::id)
                .containsExactly(ids.get(4));
    }

    @Test
    void an_upload_in_parts_becomes_a_file() throws Exception {
        Upload upload = sdk.uploads()
                .create(UploadCreateParams.builder()
                        .bytes(10)
                        .filename("parts.txt")
                        .mimeType("text/plain")
                        .purpose(FilePurpose.USER_DATA)
                        .build());
        List<String> parts = List.of("01234", "56789").stream()
                .map(part -> sdk.uploads()
                        .parts()
                        .create(PartCreateParams.builder()
                                .uploadId(upload.id())
                                .data(Simulation.file("part", part.getBytes(StandardCharsets.UTF_8)))
                                .build())
                        .id())
                .toList();
        Upload completed = sdk.uploads()
                .complete(UploadCompleteParams.builder()
                        .uploadId(upload.id())
                        .partIds(parts)
                        .build());
        completed.validate();
        assertThat(completed.status()).isEqualTo(Upload.Status.COMPLETED);
        assertThat(content(completed.file().orElseThrow().id())).isEqualTo("0123456789");
    }

    @Test
    void a_vector_store_holds_files_that_exist() {
        FileObject file = upload("text");
        VectorStore store = sdk.vectorStores()
                .create(VectorStoreCreateParams.builder().name("notes").build());
        store.validate();
        assertThat(store.name()).isEqualTo("notes");
        sdk.vectorStores()
                .files()
                .create(
                        store.id(),
                        com.openai.models.vectorstores.files.FileCreateParams.builder()
                                .fileId(file.id())
                                .build())
                .validate();
        assertThat(sdk.vectorStores().files().list(store.id()).data()).hasSize(1);
        sdk.vectorStores()
                .files()
                .delete(
                        file.id(),
                        FileDeleteParams.builder().vectorStoreId(store.id()).build());
        assertThat(sdk.vectorStores().files().list(store.id()).data()).isEmpty();
        sdk.vectorStores().delete(store.id());
        assertThatThrownBy(() -> sdk.vectorStores().files().list(store.id())).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> sdk.vectorStores()
                        .create(VectorStoreCreateParams.builder()
                                .addFileId("file-none")
                                .build()))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void a_batch_is_created_listed_and_cancelled() {
        Batch batch = sdk.batches()
                .create(BatchCreateParams.builder()
                        .inputFileId(upload("{}").id())
                        .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                        .completionWindow(BatchCreateParams.CompletionWindow._24H)
                        .build());
        batch.validate();
        assertThat(batch.status()).isEqualTo(Batch.Status.VALIDATING);
        assertThat(sdk.batches().list().data()).extracting(Batch::id).contains(batch.id());
        assertThat(sdk.batches().cancel(batch.id()).status()).isEqualTo(Batch.Status.CANCELLED);
        assertThat(sdk.batches().retrieve(batch.id()).status()).isEqualTo(Batch.Status.CANCELLED);
    }

    @Test
    void a_fine_tuning_job_is_queued() {
        FineTuningJob job = sdk.fineTuning()
                .jobs()
                .create(JobCreateParams.builder()
                        .model("gpt-4o-mini")
                        .trainingFile(upload("{}").id())
                        .build());
        job.validate();
        assertThat(sdk.fineTuning().jobs().retrieve(job.id())).isEqualTo(job);
        assertThat(sdk.fineTuning().jobs().cancel(job.id()).status()).isEqualTo(FineTuningJob.Status.CANCELLED);
    }

    @Test
    void a_container_and_its_files_are_kept() throws Exception {
        String file = upload("print(1)").id();
        JsonNode container = Simulation.json(simulation.post("/v1/containers", "{\"name\":\"work\"}"));
        String path = "/v1/containers/" + container.path("id").asText();
        assertThat(Simulation.json(simulation.post(path + "/files", "{\"file_id\":\"" + file + "\"}"))
                        .path("object")
                        .asText())
                .isEqualTo("container.file");
        assertThat(Simulation.json(simulation.get(path + "/files")).path("data"))
                .hasSize(1);
        assertThat(Simulation.json(simulation.delete(path)).path("deleted").asBoolean())
                .isTrue();
        assertThat(simulation.get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void a_conversation_and_its_items_are_kept() throws Exception {
        JsonNode conversation = Simulation.json(
                simulation.post(
                        "/v1/conversations",
                        "{\"metadata\":{\"topic\":\"demo\"},\"items\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"one\"}]}"));
        String path = "/v1/conversations/" + conversation.path("id").asText();
        assertThat(conversation.at("/metadata/topic").asText()).isEqualTo("demo");
        JsonNode added = Simulation.json(simulation.post(
                path + "/items", "{\"items\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"two\"}]}"));
        String item = added.at("/data/0/id").asText();
        assertThat(Simulation.json(simulation.get(path + "/items?order=asc"))
                        .at("/data/1/content")
                        .asText())
                .isEqualTo("two");
        assertThat(simulation.get(path + "/items/" + item).statusCode()).isEqualTo(200);
        simulation.delete(path + "/items/" + item);
        assertThat(simulation.get(path + "/items/" + item).statusCode()).isEqualTo(404);
        JsonNode updated =
                Simulation.json(simulation.post(path, "{\"metadata\":{\"topic\":\"other\"},\"id\":\"mine\"}"));
        assertThat(updated.at("/metadata/topic").asText()).isEqualTo("other");
        assertThat(updated.path("id").asText())
                .isEqualTo(conversation.path("id").asText());
        simulation.delete(path);
        assertThat(simulation.get(path + "/items").statusCode()).isEqualTo(404);
    }

    @Test
    void a_chat_completion_is_kept_when_that_is_wanted() {
        ChatCompletionCreateParams.Builder hello =
                ChatCompletionCreateParams.builder().model("gpt-4o").addUserMessage("Hello");
        ChatCompletion kept = sdk.chat().completions().create(hello.store(true).build());
        ChatCompletion other =
                sdk.chat().completions().create(hello.store(false).build());
        assertThat(sdk.chat().completions().retrieve(kept.id()).choices()).isEqualTo(kept.choices());
        assertThat(sdk.chat().completions().list().data())
                .extracting(ChatCompletion::id)
                .containsExactly(kept.id());
        assertThat(sdk.chat().completions().messages().list(kept.id()).data()).hasSize(1);
        assertThatThrownBy(() -> sdk.chat().completions().retrieve(other.id())).isInstanceOf(NotFoundException.class);
        sdk.chat().completions().delete(kept.id());
        assertThatThrownBy(() -> sdk.chat().completions().retrieve(kept.id())).isInstanceOf(NotFoundException.class);
    }

    private FileObject upload(String content) {
        return sdk.files()
                .create(FileCreateParams.builder()
                        .file(Simulation.file("notes.jsonl", content.getBytes(StandardCharsets.UTF_8)))
                        .purpose(FilePurpose.BATCH)
                        .build());
    }

    private String content(String id) throws IOException {
        try (HttpResponse response = sdk.files().content(id)) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
