package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.CountForm;
import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;

/**
 * Reads the {@code usage} of Bedrock's Converse API into meters. As with Anthropic, {@code inputTokens} has neither the
 * tokens read from the cache nor those written to it; {@code cacheDetails} splits the latter by how long they are kept.
 * Counts that can't be true, or that miss input or output, make the report untrusted. Used by one thread, for one object.
 */
public final class UsageReader {
    private enum Of {
        INPUT,
        CACHED,
        WRITTEN,
        WRITTEN_FOR_AN_HOUR,
        OUTPUT
    }

    private static final int THINGS = Of.values().length;

    private static final CountForm<Of> USAGE = new CountForm<Of>()
            .count(Of.INPUT, "inputTokens")
            .count(Of.CACHED, "cacheReadInputTokens")
            .count(Of.WRITTEN, "cacheWriteInputTokens")
            .count(Of.OUTPUT, "outputTokens");

    private static final byte[] CACHE_DETAILS = "cacheDetails".getBytes(US_ASCII);
    private static final byte[] TTL = "ttl".getBytes(US_ASCII);
    private static final byte[] HOUR = "1h".getBytes(US_ASCII);
    private static final byte[] INPUT_TOKENS = "inputTokens".getBytes(US_ASCII);

    private final Counts<Of> counts = new Counts<>(THINGS);

    /** Reads a usage object whose start the cursor has just passed, to its end. */
    public ReportedUsage read(JsonCursor cursor) {
        counts.read(cursor, USAGE, this::readDetails);
        if (!counts.said(Of.INPUT) || !counts.said(Of.OUTPUT)) {
            counts.distrust();
        }
        long forAnHour = counts.of(Of.WRITTEN_FOR_AN_HOUR);
        Usage usage = Usage.builder()
                .set(Meter.INPUT, counts.of(Of.INPUT))
                .set(Meter.CACHED_INPUT, counts.of(Of.CACHED))
                .set(Meter.CACHE_WRITE, counts.rest(counts.of(Of.WRITTEN), forAnHour))
                .set(Meter.CACHE_WRITE_LONG, forAnHour)
                .set(Meter.OUTPUT, counts.of(Of.OUTPUT))
                .build();
        return new ReportedUsage(usage, counts.trusted());
    }

    private boolean readDetails(JsonCursor cursor) {
        if (!cursor.textIs(CACHE_DETAILS)) {
            return false;
        }
        if (Counts.enters(cursor, Token.ARRAY_START)) {
            for (Token token = cursor.next(); token != Token.ARRAY_END; token = cursor.next()) {
                if (token == Token.OBJECT_START) {
                    readDetail(cursor);
                } else {
                    if (token == Token.ARRAY_START) {
                        cursor.skip();
                    }
                    counts.distrust();
                }
            }
        }
        return true;
    }

    private void readDetail(JsonCursor cursor) {
        boolean forAnHour = false;
        long count = 0;
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(INPUT_TOKENS)) {
                count = counts.next(cursor);
            } else if (cursor.textIs(TTL)) {
                Token value = cursor.next();
                forAnHour = value == Token.STRING && cursor.textIs(HOUR);
                if (value == Token.OBJECT_START || value == Token.ARRAY_START) {
                    cursor.skip();
                }
            } else {
                cursor.skip();
            }
        }
        if (forAnHour) {
            counts.add(Of.WRITTEN_FOR_AN_HOUR, count);
        }
    }
}
