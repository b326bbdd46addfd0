package dev.tollgate.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Tollgate needs to know of a request, whatever its dialect.
 *
 * @param model the model asked for, or null where the request names none
 * @param stream whether the answer is to be streamed
 * @param usageWanted whether the caller asked for usage at the end of the stream
 * @param outputCap the most output tokens asked for per choice, or -1 where there is no cap
 * @param choices how many answers are asked for
 * @param tools whether tools are offered to the model
 * @param background whether the answer is made after the reply, so that the reply doesn't carry its cost
 * @param stored whether the provider was told to keep the answer, or null where it was told nothing
 * @param serviceTier the processing tier asked for, as written, or null
 * @param endUser the end user named by the request, or null
 * @param textBytes bytes of text given to the model, as written
 * @param textCharacters characters of the text to be spoken
 * @param references ids of objects at the provider that the request uses
 * @param repeatable whether the answer is meant to be always the same: at temperature 0, or by a seed
 * @param cache what the caller wants of the cache
 * @param work what bounds the cost
 */
public record RequestFacts(
        @Nullable String model,
        boolean stream,
        boolean usageWanted,
        long outputCap,
        int choices,
        boolean tools,
        boolean background,
        @Nullable Boolean stored,
        @Nullable String serviceTier,
        @Nullable String endUser,
        long textBytes,
        long textCharacters,
        List<String> references,
        boolean repeatable,
        CacheWish cache,
        Work work) {

    /** The facts of a request that says nothing. */
    public static final RequestFacts NONE = new RequestFacts(
            null,
            false,
            false,
            -1,
            1,
            false,
            false,
            null,
            null,
            null,
            0,
            0,
            List.of(),
            false,
            CacheWish.ANY,
            Work.NONE);

    /** The same of a request that gives a model something else to do. */
    public RequestFacts withWork(Work other) {
        return new RequestFacts(
                model,
                stream,
                usageWanted,
                outputCap,
                choices,
                tools,
                background,
                stored,
                serviceTier,
                endUser,
                textBytes,
                textCharacters,
                references,
                repeatable,
                cache,
                other);
    }
}
