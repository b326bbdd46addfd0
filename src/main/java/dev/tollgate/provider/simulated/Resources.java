package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;

/** The plain stored objects: files, vector stores, batches, containers, fine-tuning jobs, conversations. */
final class Resources {
    static final String FILES = "/v1/files";

    private static final long DAY_SECONDS = 86_400;

    private final Clock clock;
    private final Ids ids;
    private final Store store;

    Resources(Clock clock, Ids ids, Store store) {
        this.clock = clock;
        this.ids = ids;
        this.store = store;
    }

    void addTo(Routes routes) {
        Resource files = files();
        routes.post(FILES, files::upload)
                .get(FILES, files::list)
                .get(FILES + "/*", files::get)
                .get(FILES + "/*/content", files::content)
                .delete(FILES + "/*", files::delete);
        add(routes, "/v1/vector_stores", resource("vs_", "vector_store", this::vectorStore));
        add(routes, "/v1/vector_stores/*/files", resource("", "vector_store.file", this::vectorStoreFile));
        Resource batches = resource("batch_", "batch", this::batch);
        add(routes, "/v1/batches", batches);
        routes.post("/v1/batches/*/cancel", batches::cancel);
        add(routes, "/v1/containers", resource("cntr_", "container", this::container));
        Resource containerFiles = resource("cfile_", "container.file", this::containerFile);
        add(routes, "/v1/containers/*/files", containerFiles);
        routes.get("/v1/containers/*/files/*/content", containerFiles::content);
        Resource jobs = resource("ftjob-", "fine_tuning.job", this::fineTuningJob);
        add(routes, "/v1/fine_tuning/jobs", jobs);
        routes.post("/v1/fine_tuning/jobs/*/cancel", jobs::cancel);
        new Uploads(clock, ids, store, files).addTo(routes);
        new Conversations(clock, ids, store).addTo(routes);
    }

    private Resource resource(String prefix, String name, Resource.Maker maker) {
        return new Resource(clock, ids, store, prefix, name, maker);
    }

    private static void add(Routes routes, String path, Resource resource) {
        routes.post(path, resource::create)
                .get(path, resource::list)
                .get(path + "/*", resource::get)
                .post(path + "/*", resource::update)
                .delete(path + "/*", resource::delete);
    }

    private Resource files() {
        return resource(
                "file-",
                "file",
                (file, request) -> file.put("bytes", request.path("bytes").asLong())
                        .put("filename", request.path("filename").asText())
                        .put("purpose", request.path("purpose").asText())
                        .put("status", "processed")
                        .putNull("expires_at")
                        .putNull("status_details"));
    }

    private void vectorStore(ObjectNode vectorStore, ObjectNode request) {
        request.path("file_ids").forEach(file -> store.get(FILES, file.asText()));
        int files = request.path("file_ids").size();
        vectorStore
                .put("name", request.path("name").asText())
                .put("status", "completed")
                .put("usage_bytes", 0)
                .put("last_active_at", clock.instant().getEpochSecond());
        vectorStore
                .putObject("file_counts")
                .put("in_progress", 0)
                .put("completed", files)
                .put("failed", 0)
                .put("cancelled", 0)
                .put("total", files);
        vectorStore.putNull("metadata");
    }

    /** A file in a vector store goes by the id of the file. */
    private void vectorStoreFile(ObjectNode file, ObjectNode request) {
        String id = request.path("file_id").asText();
        store.get(FILES, id);
        file.put("id", id).put("status", "completed").put("usage_bytes", 0).putNull("last_error");
    }

    private void batch(ObjectNode batch, ObjectNode request) {
        String input = request.path("input_file_id").asText();
        store.get(FILES, input);
        batch.put("endpoint", request.path("endpoint").asText())
                .putNull("errors")
                .put("input_file_id", input)
                .put("completion_window", request.path("completion_window").asText("24h"))
                .put("status", "validating")
                .putNull("output_file_id")
                .putNull("error_file_id")
                .put("expires_at", clock.instant().getEpochSecond() + DAY_SECONDS);
        batch.putObject("request_counts").put("total", 0).put("completed", 0).put("failed", 0);
        batch.putNull("metadata");
    }

    private void container(ObjectNode container, ObjectNode request) {
        container
                .put("name", request.path("name").asText())
                .put("status", "running")
                .put("last_active_at", clock.instant().getEpochSecond());
        container.putObject("expires_after").put("anchor", "last_active_at").put("minutes", 20);
    }

    private void containerFile(ObjectNode file, ObjectNode request) {
        String id = request.path("file_id").asText();
        ObjectNode source = store.get(FILES, id);
        file.put("bytes", source.path("bytes").asLong())
                .put("path", "/mnt/data/" + source.path("filename").asText())
                .put("source", "user");
    }

    private void fineTuningJob(ObjectNode job, ObjectNode request) {
        String training = request.path("training_file").asText();
        store.get(FILES, training);
        job.put("model", Call.model(request))
                .putNull("finished_at")
                .putNull("fine_tuned_model")
                .put("organization_id", "simulated")
                .put("status", "queued")
                .put("training_file", training)
                .putNull("validation_file")
                .putNull("trained_tokens")
                .putNull("error")
                .put("seed", 1);
        job.putArray("result_files");
        job.putObject("hyperparameters")
                .put("n_epochs", "auto")
                .put("batch_size", "auto")
                .put("learning_rate_multiplier", "auto");
    }
}
