package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;

/** {@code /v1/uploads}: a large file in parts, which becomes a file when it is completed. */
final class Uploads {
    private static final String STORED = "/v1/uploads";
    private static final String PARTS = "/v1/uploads/*/parts";
    private static final long HOUR_SECONDS = 3_600;

    private final Clock clock;
    private final Ids ids;
    private final Store store;
    private final Resource files;
    private final Resource uploads;

    Uploads(Clock clock, Ids ids, Store store, Resource files) {
        this.clock = clock;
        this.ids = ids;
        this.store = store;
        this.files = files;
        this.uploads = new Resource(clock, ids, store, "upload_", "upload", this::fill);
    }

    void addTo(Routes routes) {
        routes.post(STORED, uploads::create)
                .post(STORED + "/*/cancel", uploads::cancel)
                .post(PARTS, this::addPart)
                .post(STORED + "/*/complete", this::complete);
    }

    private void fill(ObjectNode upload, ObjectNode request) {
        upload.put("bytes", request.path("bytes").asLong())
                .put("filename", request.path("filename").asText())
                .put("purpose", request.path("purpose").asText())
                .put("status", "pending")
                .put("expires_at", clock.instant().getEpochSecond() + HOUR_SECONDS)
                .putNull("file");
    }

    private Answer addPart(Call call) {
        store.get(STORED, call.id());
        Buffer data = call.form().file("data").content();
        ObjectNode part = Json.object()
                .put("id", ids.next("part_"))
                .put("object", "upload.part")
                .put("created_at", clock.instant().getEpochSecond())
                .put("upload_id", call.id());
        store.put(PARTS, part.path("id").asText(), part, data);
        return Answer.json(part);
    }

    private Answer complete(Call call) {
        ObjectNode upload = store.get(STORED, call.id()).deepCopy();
        if (!upload.path("status").asText().equals("pending")) {
            throw ApiError.badRequest("The upload is not pending.", null, null);
        }
        Buffer content = Buffer.buffer();
        for (JsonNode part : call.json().path("part_ids")) {
            content.appendBuffer(store.content(PARTS, part.asText()));
        }
        if (content.length() != upload.path("bytes").asLong()) {
            throw ApiError.badRequest(
                    "The parts have " + content.length() + " bytes (expected: " + upload.path("bytes") + ").",
                    null,
                    null);
        }
        for (JsonNode part : call.json().path("part_ids")) {
            store.remove(PARTS, part.asText());
        }
        upload.set("file", files.make(Resources.FILES, upload, content));
        store.put(STORED, call.id(), upload.put("status", "completed"));
        return Answer.json(upload);
    }
}
