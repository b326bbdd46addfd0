package dev.tollgate.platform.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/**
 * One request of the demo.
 *
 * @param label the feature that makes it, with a number; sent as {@code x-client-request-id}, which the ledger keeps
 * @param path below {@code /v1}
 * @param wishes headers that ask the simulated provider for latency, length and faults
 * @param patienceMillis after how long the caller goes away, or 0 for one who waits for the end
 */
record Call(String label, String path, JsonObject body, Map<String, String> wishes, long patienceMillis) {
    boolean isStreamed() {
        return body.getBoolean("stream", false);
    }
}
