package dev.tollgate.cache;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import org.jspecify.annotations.Nullable;

/**
 * An answer that may be given again. Immutable; nobody changes its arrays.
 *
 * @param storedAtMillis when it was answered, in milliseconds of the epoch
 * @param expiresAtMillis from when on it is given to nobody
 * @param version of the cache's contents, as set when it was stored
 * @param origin the request that it was the answer to
 * @param content what was answered
 * @param usage as the provider reported it
 */
public record CachedAnswer(
        long storedAtMillis, long expiresAtMillis, long version, Origin origin, Content content, Usage usage) {

    /** Bytes of all that is not its content, about. */
    private static final int OVERHEAD_BYTES = 1_000;

    /**
     * Where an answer came from.
     *
     * @param organizationId whose request it was, also in a pool
     * @param operation {@code chat}, {@code embedding}, …
     * @param modelAsked as the caller named it, or null where they named none
     * @param route the route that was taken, or null
     * @param modelRun the model's name at the provider, or null
     * @param modelServed as the provider named it, or null
     * @param simulated whether no real provider answered, so that nothing is saved
     * @param cost what the organization paid for it
     * @param tookMicros from the request's first byte to the answer's last
     */
    public record Origin(
            String organizationId,
            String operation,
            @Nullable String modelAsked,
            @Nullable String route,
            @Nullable String modelRun,
            @Nullable String modelServed,
            String provider,
            boolean simulated,
            Money cost,
            long tookMicros) {}

    /**
     * What was answered: one JSON document, or the events of a stream.
     *
     * @param streamed whether it is a stream
     * @param contentType of the answer as it came
     * @param body plain, not compressed
     * @param chunkEnds where in the body each chunk of a stream ended that came by itself; empty for what is no stream
     */
    public record Content(boolean streamed, String contentType, byte[] body, int[] chunkEnds) {
        private static final int[] NO_CHUNKS = {};

        /** Of an answer that is one document. */
        public static Content whole(String contentType, byte[] body) {
            return new Content(/* streamed= */ false, contentType, body, NO_CHUNKS);
        }
    }

    /** How many bytes of memory it takes, about. */
    public int bytes() {
        long bytes = OVERHEAD_BYTES + (long) content.body.length + (long) content.chunkEnds.length * Integer.BYTES;
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    public boolean isExpired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }

    /** How old it is, in whole seconds; never negative. */
    public long ageSeconds(long nowMillis) {
        return Math.max(0, nowMillis - storedAtMillis) / 1_000;
    }
}
