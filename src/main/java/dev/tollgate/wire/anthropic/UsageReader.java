package dev.tollgate.wire.anthropic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.CountForm;
import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code usage} objects of Anthropic's Messages API into meters: that of a message, or those of a stream, which
 * are running totals. Unlike OpenAI's, {@code input_tokens} has neither the tokens read from the cache nor those written
 * to it; output has the thinking in it. Counts that can't be true, or that miss input or output, make the report
 * untrusted. Used by one thread.
 */
public final class UsageReader {
    private enum Of {
        INPUT,
        CACHED,
        WRITTEN,
        WRITTEN_FOR_MINUTES,
        WRITTEN_FOR_AN_HOUR,
        OUTPUT,
        WEB_SEARCHES
    }

    private static final int THINGS = Of.values().length;

    private static final CountForm<Of> USAGE = new CountForm<Of>()
            .count(Of.INPUT, "input_tokens")
            .count(Of.CACHED, "cache_read_input_tokens")
            .count(Of.WRITTEN, "cache_creation_input_tokens")
            .within(
                    new CountForm<Of>()
                            .count(Of.WRITTEN_FOR_MINUTES, "ephemeral_5m_input_tokens")
                            .count(Of.WRITTEN_FOR_AN_HOUR, "ephemeral_1h_input_tokens"),
                    "cache_creation")
            .count(Of.OUTPUT, "output_tokens")
            .within(new CountForm<Of>().count(Of.WEB_SEARCHES, "web_search_requests"), "server_tool_use");

    private static final byte[] SERVICE_TIER = "service_tier".getBytes(US_ASCII);
    private static final byte[] SPEED = "speed".getBytes(US_ASCII);

    private final Counts<Of> counts = new Counts<>(THINGS);
    private @Nullable String tier;
    private @Nullable String speed;

    /** Reads a usage object whose start the cursor has just passed, to its end. */
    public void read(JsonCursor cursor) {
        counts.read(cursor, USAGE, this::readTier);
    }

    private boolean readTier(JsonCursor cursor) {
        if (cursor.textIs(SERVICE_TIER)) {
            tier = text(cursor, tier);
            return true;
        }
        if (cursor.textIs(SPEED)) {
            speed = text(cursor, speed);
            return true;
        }
        return false;
    }

    private static @Nullable String text(JsonCursor cursor, @Nullable String otherwise) {
        Token token = cursor.next();
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
        return token == Token.STRING ? cursor.text() : otherwise;
    }

    /** What was reported until now. */
    public ReportedUsage usage() {
        long written = counts.of(Of.WRITTEN);
        long forMinutes = counts.of(Of.WRITTEN_FOR_MINUTES);
        long forAnHour = counts.of(Of.WRITTEN_FOR_AN_HOUR);
        boolean split = forMinutes + forAnHour > 0;
        boolean trusted = counts.trusted()
                && counts.said(Of.INPUT)
                && counts.said(Of.OUTPUT)
                && (!split || !counts.said(Of.WRITTEN) || forMinutes + forAnHour == written);
        Usage usage = Usage.builder()
                .set(Meter.INPUT, counts.of(Of.INPUT))
                .set(Meter.CACHED_INPUT, counts.of(Of.CACHED))
                .set(Meter.CACHE_WRITE, split ? forMinutes : written)
                .set(Meter.CACHE_WRITE_LONG, forAnHour)
                .set(Meter.OUTPUT, counts.of(Of.OUTPUT))
                .set(Meter.WEB_SEARCH, counts.of(Of.WEB_SEARCHES))
                .build();
        return new ReportedUsage(usage, trusted);
    }

    /**
     * The tier that the request was served in, in the words of OpenAI's wire, or null where none was named. Anthropic's
     * {@code priority} is capacity bought in advance, {@code scale} there; its fast mode is {@code fast} there.
     */
    public @Nullable String serviceTier() {
        if ("fast".equals(speed)) {
            return speed;
        }
        return "priority".equals(tier) ? "scale" : tier;
    }
}
