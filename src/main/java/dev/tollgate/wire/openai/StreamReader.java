package dev.tollgate.wire.openai;

import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.Splice;
import dev.tollgate.wire.sse.EventSplitter;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches a streamed answer go by and takes out again what Tollgate asked for and the caller did not: the last chunk
 * that only carries usage, and the {@code "usage":null} of the others. All other bytes pass as they are. Used by one
 * thread.
 */
public final class StreamReader {
    /** An event longer than this passes unread. Partial images are the longest known, at a few MiB. */
    private static final int EVENT_BYTES_MAX = 16 << 20;

    private final boolean removeUsage;
    private final @Nullable Function<ReportedUsage, String> costOf;
    private final ReplyReader reply;
    private final EventSplitter splitter;

    private Splice.Sink out = (array, offset, length) -> {};
    private boolean done;
    private boolean malformed;
    private long events;

    // The array being fed, and the run of it that passes unchanged and has not been handed over.
    private byte[] feeding = new byte[0];
    private int runStart;
    private int runEnd;

    /**
     * A reader of one stream.
     *
     * @param reply is told what the events say
     * @param removeUsage whether the usage was asked for by Tollgate alone
     * @param costOf says the cost, in dollars, that is written into the usage chunk; null to leave it out
     */
    public StreamReader(ReplyReader reply, boolean removeUsage, @Nullable Function<ReportedUsage, String> costOf) {
        this.reply = reply;
        this.removeUsage = removeUsage;
        this.costOf = costOf;
        this.splitter = new EventSplitter(EVENT_BYTES_MAX, new EventSplitter.Events() {
            @Override
            public void event(byte[] bytes, int start, int end) {
                StreamReader.this.event(bytes, start, end);
            }

            @Override
            public void fragment(byte[] bytes, int start, int end) {
                pass(bytes, start, end);
            }
        });
    }

    /** Takes the next bytes and hands over what is to be sent on. The array is not kept. */
    public void feed(byte[] bytes, int start, int end, Splice.Sink out) {
        this.out = out;
        feeding = bytes;
        runStart = start;
        runEnd = start;
        splitter.feed(bytes, start, end);
        handOver();
    }

    /** Hands over what is left of an event that the stream ended within. */
    public void finish(Splice.Sink out) {
        this.out = out;
        splitter.finish();
    }

    /** Whether the stream said that it is complete. */
    public boolean isDone() {
        return done;
    }

    /** Whether some event was not valid JSON. */
    public boolean isMalformed() {
        return malformed;
    }

    public long events() {
        return events;
    }

    private void event(byte[] bytes, int start, int end) {
        events++;
        int dataStart = dataStart(bytes, start, end);
        if (dataStart < 0) {
            pass(bytes, start, end);
            return;
        }
        int dataEnd = lineEnd(bytes, dataStart, end);
        dataStart = skipBlanks(bytes, dataStart, dataEnd);
        if (bytes[dataStart] != '{') {
            done |= dataEnd - dataStart == 6
                    && new String(bytes, dataStart, 6, StandardCharsets.US_ASCII).equals("[DONE]");
            pass(bytes, start, end);
            return;
        }
        if (!reply.read(bytes, dataStart, dataEnd)) {
            malformed = true;
            pass(bytes, start, end);
        } else if (reply.usageStart() >= 0) {
            edit(bytes, start, end);
        } else {
            pass(bytes, start, end);
        }
    }

    private void edit(byte[] bytes, int start, int end) {
        if (removeUsage && reply.usageIsObject() && reply.choicesEmpty()) {
            return;
        }
        if (removeUsage && reply.usageIsNull()) {
            int cutStart = reply.usageStart();
            int cutEnd = reply.usageEnd();
            int next = skipBlanks(bytes, cutEnd, end);
            if (bytes[next] == ',') {
                cutEnd = next + 1;
            } else {
                cutStart = commaBefore(bytes, start, cutStart);
            }
            pass(bytes, start, cutStart);
            pass(bytes, cutEnd, end);
            return;
        }
        ReportedUsage usage = reply.usage();
        if (costOf != null && usage != null && reply.usageIsObject()) {
            int brace = reply.usageEnd() - 1;
            pass(bytes, start, brace);
            String comma = lastBefore(bytes, brace) == '{' ? "" : ",";
            byte[] cost = (comma + "\"cost\":\"" + costOf.apply(usage) + "\"").getBytes(StandardCharsets.UTF_8);
            handOver();
            out.accept(cost, 0, cost.length);
            pass(bytes, brace, end);
            return;
        }
        pass(bytes, start, end);
    }

    /** Joins neighbouring events of the array being fed to one run; other arrays are only good until we return. */
    private void pass(byte[] bytes, int start, int end) {
        if (bytes != feeding) {
            handOver();
            out.accept(bytes, start, end - start);
            return;
        }
        if (runEnd != start) {
            handOver();
            runStart = start;
        }
        runEnd = end;
    }

    private void handOver() {
        if (runEnd > runStart) {
            out.accept(feeding, runStart, runEnd - runStart);
        }
        runStart = runEnd;
    }

    /** Where the data of the event begins, or -1 where it has none on a single line. */
    private static int dataStart(byte[] bytes, int start, int end) {
        int found = -1;
        int at = start;
        while (at < end) {
            if (end - at > 5
                    && bytes[at] == 'd'
                    && bytes[at + 1] == 'a'
                    && bytes[at + 2] == 't'
                    && bytes[at + 3] == 'a'
                    && bytes[at + 4] == ':') {
                if (found >= 0) {
                    return -1;
                }
                found = bytes[at + 5] == ' ' ? at + 6 : at + 5;
            }
            at = lineEnd(bytes, at, end) + 1;
        }
        return found < end ? found : -1;
    }

    private static int lineEnd(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private static int skipBlanks(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end - 1 && isBlank(bytes[at])) {
            at++;
        }
        return at;
    }

    private static byte lastBefore(byte[] bytes, int end) {
        int at = end - 1;
        while (isBlank(bytes[at])) {
            at--;
        }
        return bytes[at];
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static int commaBefore(byte[] bytes, int start, int from) {
        for (int at = from - 1; at > start; at--) {
            if (bytes[at] == ',') {
                return at;
            }
            if (bytes[at] == '{') {
                break;
            }
        }
        return from;
    }
}
