package parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.EntryJson;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.limits.WholeAdmission;
import dev.tollgate.pricing.Cost;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.testkit.Entries;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import dev.tollgate.wire.sse.EventSplitter;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What parts of a request cost by themselves, as they are put together in the gateway. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestParts {
    private static final int EVENTS = 50;

    private final WholeAdmission admission = new WholeAdmission();
    private final byte[] chat = ("{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"system\",\"content\":\""
                    + "Be brief. ".repeat(50) + "\"},{\"role\":\"user\",\"content\":\"" + "What is it? ".repeat(40)
                    + "\"}],\"max_tokens\":200,\"temperature\":0.2}")
            .getBytes(UTF_8);
    private final byte[] stream = ("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"model\":"
                    + "\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"}}]}\n\n")
            .repeat(EVENTS)
            .getBytes(UTF_8);
    private final ModelPrice price = TestProvider.price("gpt-4o-mini");
    private final Usage usage = Usage.builder()
            .set(Meter.INPUT, 900)
            .set(Meter.CACHED_INPUT, 100)
            .set(Meter.OUTPUT, 200)
            .build();
    private final LedgerEntry entry = Entries.full(Instant.EPOCH, 1);
    private int eventBytes;
    private final EventSplitter events = new EventSplitter(1 << 20, new EventSplitter.Events() {
        @Override
        public void event(byte[] bytes, int start, int end) {
            eventBytes += end - start;
        }

        @Override
        public void fragment(byte[] bytes, int start, int end) {
            eventBytes += end - start;
        }
    });

    /** Five limits and four budgets: looked up, charged and held at once, corrected and settled. */
    @Benchmark
    public void wholeAdmission() {
        admission.admitAndSettle();
    }

    /** The one pass over a request of a kilobyte. */
    @Benchmark
    public RequestBody readRequest() {
        return RequestReader.read(Operation.CHAT, chat, 0, chat.length, null);
    }

    @Benchmark
    public Cost price() {
        return price.costRoundedUp(usage, ServiceTier.STANDARD);
    }

    /** Finding the ends of the events of a stream, for each of them. */
    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int splitEvent() {
        events.feed(stream, 0, stream.length);
        return eventBytes;
    }

    /** The entry as it goes into the journal and the database. */
    @Benchmark
    public byte[] writeEntry() {
        return EntryJson.bytes(entry);
    }
}
