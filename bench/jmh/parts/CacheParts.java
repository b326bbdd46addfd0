package parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.memory.MemoryTier;
import dev.tollgate.wire.json.CanonicalDigest;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a request costs more that may be answered from the cache, and is not: its key, and a look into memory. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CacheParts {
    private final RequestBody small = chat(40);
    private final RequestBody large = chat(8_000);
    private final CanonicalDigest digest = new CanonicalDigest();
    private final CacheScope scope = CacheScope.ofClient("org_4fk2m9x0q7ab", "cli_7c3n5v1z8y2d");
    private final AnswerCache cache = new AnswerCache(
            List.of(new AnswerCache.Place(new MemoryTier(1 << 20, InstantSource.system(), System::nanoTime), 0)),
            (_, _) -> () -> {},
            InstantSource.system(),
            System::nanoTime);
    private final CacheKey unknown = new CacheKey(scope, new byte[CacheKey.DIGEST_BYTES]);

    private static RequestBody chat(int words) {
        byte[] bytes = ("{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\",\"content\":\""
                        + "Be brief. ".repeat(50) + "\"},{\"role\":\"user\",\"content\":\"" + "What is it? ".repeat(words)
                        + "\"}],\"max_tokens\":200,\"temperature\":0}")
                .getBytes(UTF_8);
        return RequestReader.read(Operation.CHAT, bytes, 0, bytes.length, null);
    }

    /** Of a request of a kilobyte. */
    @Benchmark
    public CacheKey key() {
        small.tell(digest, Operation.CHAT);
        return new CacheKey(scope, digest.digest());
    }

    /** Of a request of a hundred kilobytes. */
    @Benchmark
    public CacheKey keyOfLarge() {
        large.tell(digest, Operation.CHAT);
        return new CacheKey(scope, digest.digest());
    }

    @Benchmark
    public Object lookUp() {
        return cache.find(unknown).isComplete();
    }
}
