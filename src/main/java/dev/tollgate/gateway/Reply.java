package dev.tollgate.gateway;

import dev.tollgate.gateway.http.Flow;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;

/** What the caller is answered. */
public sealed interface Reply {
    int status();

    MultiMap headers();

    /** An answer that is complete. */
    record Whole(int status, MultiMap headers, Buffer body) implements Reply {}

    /** An answer that goes on as it comes in. */
    record Relayed(int status, MultiMap headers, Flow flow) implements Reply {}

    /** A JSON answer made by Tollgate. */
    static Whole json(int status, JsonObject body) {
        MultiMap headers = HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        return new Whole(status, headers, body.toBuffer());
    }
}
