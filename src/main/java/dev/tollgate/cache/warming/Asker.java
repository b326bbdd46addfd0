package dev.tollgate.cache.warming;

import dev.tollgate.kernel.Money;
import io.vertx.core.Future;

/** Sends a request as any caller does. */
@FunctionalInterface
public interface Asker {
    /** Completes with what was told about the answer; fails where there was none. */
    Future<Told> ask(String key, Request request);

    /**
     * A request.
     *
     * @param path of the API: {@code /v1/chat/completions}
     * @param body JSON
     */
    record Request(String path, String body) {}

    /**
     * What an answer told.
     *
     * @param isGood whether it is one
     * @param cache what the cache did: {@code hit-exact}, {@code miss}, {@code bypass}, or empty
     * @param cost of the request
     */
    record Told(boolean isGood, String cache, Money cost) {}
}
