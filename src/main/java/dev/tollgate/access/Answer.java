package dev.tollgate.access;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a change is answered with.
 *
 * @param body what is told, secrets included; null for an answer without a body
 * @param version of the object, which becomes its ETag; null where it has none
 * @param location the path of the object that was created
 * @param secret whether the body has a secret that is shown this once and never kept
 */
public record Answer(
        int status,
        @Nullable JsonObject body,
        @Nullable Long version,
        @Nullable String location,
        boolean secret) {

    public static Answer ok(JsonObject body) {
        return new Answer(200, body, null, null, false);
    }

    /** @param location the path of what was created */
    public static Answer created(String location, JsonObject body) {
        return new Answer(201, body, null, location, false);
    }

    public static Answer noContent() {
        return new Answer(204, null, null, null, false);
    }

    public Answer withVersion(long version) {
        return new Answer(status, body, version, location, secret);
    }

    /** The same, with a secret in its body: the answer is not kept for a repetition of the request. */
    public Answer showingSecretOnce() {
        return new Answer(status, body, version, location, true);
    }
}
