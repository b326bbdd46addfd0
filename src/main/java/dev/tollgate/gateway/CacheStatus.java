package dev.tollgate.gateway;

import io.vertx.core.http.HttpHeaders;

/** What the cache did for a request, as the header {@code x-tollgate-cache} tells it. */
public enum CacheStatus {
    /** It had the answer to the same question. */
    HIT_EXACT("hit-exact"),
    /** It had the embeddings of some of the texts. */
    HIT_PARTIAL("hit-partial"),
    /** Another request like it was under way, whose answer it was given. */
    HIT_COALESCED("hit-coalesced"),
    /** It was asked and had none. */
    MISS("miss"),
    /** It was not asked: the caller didn't want it, or no answer may be given again to such a request. */
    BYPASS("bypass");

    private final CharSequence label;

    CacheStatus(String label) {
        this.label = HttpHeaders.createOptimized(label);
    }

    public CharSequence label() {
        return label;
    }
}
