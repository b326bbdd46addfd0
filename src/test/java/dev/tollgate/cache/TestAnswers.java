package dev.tollgate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/** Answers and keys with sensible defaults. */
public final class TestAnswers {
    public static final String JSON = "application/json";

    private static final Usage USAGE =
            Usage.builder().set(Meter.INPUT, 12).set(Meter.OUTPUT, 3).build();

    private TestAnswers() {}

    public static CacheKey key(CacheScope scope, String request) {
        try {
            return new CacheKey(scope, MessageDigest.getInstance("SHA-256").digest(request.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a client of {@code org_1} was answered just now, good for an hour. */
    public static CachedAnswer answer(String body) {
        return answer("org_1", "support", "gpt-4o-mini", body, System.currentTimeMillis());
    }

    public static CachedAnswer answer(
            String organization, String route, String model, String body, long storedAtMillis) {
        return new CachedAnswer(
                storedAtMillis,
                storedAtMillis + Duration.ofHours(1).toMillis(),
                /* version= */ 1,
                new Origin(
                        organization,
                        "chat",
                        /* modelAsked= */ route,
                        route,
                        model,
                        model + "-2024-07-18",
                        "openai",
                        /* simulated= */ false,
                        Money.dollars("0.00012345"),
                        /* tookMicros= */ 812_345),
                Content.whole(JSON, body.getBytes(UTF_8)),
                USAGE);
    }

    /** The same answer, come as a stream of such chunks. */
    public static CachedAnswer streamed(String body, int... chunkEnds) {
        CachedAnswer whole = answer(body);
        return with(whole, new Content(/* streamed= */ true, "text/event-stream", body.getBytes(UTF_8), chunkEnds));
    }

    public static CachedAnswer with(CachedAnswer answer, Content content) {
        return new CachedAnswer(
                answer.storedAtMillis(),
                answer.expiresAtMillis(),
                answer.version(),
                answer.origin(),
                content,
                answer.usage());
    }

    /** The same answer, good for so long from when it was stored. */
    public static CachedAnswer living(CachedAnswer answer, Duration life) {
        return new CachedAnswer(
                answer.storedAtMillis(),
                answer.storedAtMillis() + life.toMillis(),
                answer.version(),
                answer.origin(),
                answer.content(),
                answer.usage());
    }

    public static String body(CachedAnswer answer) {
        return new String(answer.content().body(), UTF_8);
    }
}
