package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;

/**
 * Reads OpenAI's {@code usage} object into meters. In OpenAI's counting the prompt's total includes cached, written and
 * audio tokens and the completion's total includes reasoning and audio; meters are disjoint, so the parts are taken out
 * of the totals. Counts that can't be true (negative, fractional, larger than 2^31, parts larger than their total) make
 * the reading untrusted; reading never fails.
 */
final class UsageReader {
    /** No request of any model comes near it; what claims more is not believed. */
    private static final long COUNT_MAX = 1L << 31;

    private static final byte[] PROMPT_TOKENS = "prompt_tokens".getBytes(US_ASCII);
    private static final byte[] INPUT_TOKENS = "input_tokens".getBytes(US_ASCII);
    private static final byte[] COMPLETION_TOKENS = "completion_tokens".getBytes(US_ASCII);
    private static final byte[] OUTPUT_TOKENS = "output_tokens".getBytes(US_ASCII);
    private static final byte[] PROMPT_DETAILS = "prompt_tokens_details".getBytes(US_ASCII);
    private static final byte[] INPUT_DETAILS = "input_tokens_details".getBytes(US_ASCII);
    private static final byte[] INPUT_DETAIL = "input_token_details".getBytes(US_ASCII);
    private static final byte[] COMPLETION_DETAILS = "completion_tokens_details".getBytes(US_ASCII);
    private static final byte[] OUTPUT_DETAILS = "output_tokens_details".getBytes(US_ASCII);
    private static final byte[] CACHED_TOKENS = "cached_tokens".getBytes(US_ASCII);
    private static final byte[] CACHE_WRITE_TOKENS = "cache_write_tokens".getBytes(US_ASCII);
    private static final byte[] AUDIO_TOKENS = "audio_tokens".getBytes(US_ASCII);
    private static final byte[] IMAGE_TOKENS = "image_tokens".getBytes(US_ASCII);
    private static final byte[] REASONING_TOKENS = "reasoning_tokens".getBytes(US_ASCII);
    private static final byte[] SECONDS = "seconds".getBytes(US_ASCII);

    private final JsonCursor cursor;
    private long input;
    private long cached;
    private long cacheWritten;
    private long audioIn;
    private long imageIn;
    private long output;
    private long reasoning;
    private long audioOut;
    private long imageOut;
    private long seconds;
    private boolean trusted = true;

    /** Reads from a cursor that has just passed the start of a usage object. */
    UsageReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** Reads to the object's end. */
    ReportedUsage read() {
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(PROMPT_TOKENS) || cursor.textIs(INPUT_TOKENS)) {
                input = count();
            } else if (cursor.textIs(COMPLETION_TOKENS) || cursor.textIs(OUTPUT_TOKENS)) {
                output = count();
            } else if (cursor.textIs(PROMPT_DETAILS) || cursor.textIs(INPUT_DETAILS) || cursor.textIs(INPUT_DETAIL)) {
                readInputDetails();
            } else if (cursor.textIs(COMPLETION_DETAILS) || cursor.textIs(OUTPUT_DETAILS)) {
                readOutputDetails();
            } else if (cursor.textIs(SECONDS)) {
                seconds = secondsStarted();
            } else {
                cursor.skip();
            }
        }
        long plainIn = rest(input, cached, cacheWritten, audioIn, imageIn);
        long plainOut = rest(output, reasoning, audioOut, imageOut, 0);
        Usage usage = Usage.builder()
                .set(Meter.INPUT, plainIn)
                .set(Meter.CACHED_INPUT, cached)
                .set(Meter.CACHE_WRITE, cacheWritten)
                .set(Meter.AUDIO_INPUT, audioIn)
                .set(Meter.IMAGE_INPUT, imageIn)
                .set(Meter.OUTPUT, plainOut)
                .set(Meter.REASONING, reasoning)
                .set(Meter.AUDIO_OUTPUT, audioOut)
                .set(Meter.IMAGE_OUTPUT, imageOut)
                .set(Meter.SECOND, seconds)
                .build();
        return new ReportedUsage(usage, trusted);
    }

    private void readInputDetails() {
        Token token = cursor.next();
        if (token != Token.OBJECT_START) {
            skipRest(token);
            return;
        }
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(CACHED_TOKENS)) {
                cached = count();
            } else if (cursor.textIs(CACHE_WRITE_TOKENS)) {
                cacheWritten = count();
            } else if (cursor.textIs(AUDIO_TOKENS)) {
                audioIn = count();
            } else if (cursor.textIs(IMAGE_TOKENS)) {
                imageIn = count();
            } else {
                cursor.skip();
            }
        }
    }

    private void readOutputDetails() {
        Token token = cursor.next();
        if (token != Token.OBJECT_START) {
            skipRest(token);
            return;
        }
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(REASONING_TOKENS)) {
                reasoning = count();
            } else if (cursor.textIs(AUDIO_TOKENS)) {
                audioOut = count();
            } else if (cursor.textIs(IMAGE_TOKENS)) {
                imageOut = count();
            } else {
                cursor.skip();
            }
        }
    }

    /** A count; null counts as zero, anything but a believable whole number as zero and untrusted. */
    private long count() {
        Token token = cursor.next();
        if (token == Token.NULL) {
            return 0;
        }
        long count = token == Token.NUMBER ? cursor.wholeNumber() : -1;
        if (count >= 0 && count <= COUNT_MAX) {
            return count;
        }
        trusted = false;
        skipRest(token);
        return 0;
    }

    /** Seconds may come with a fraction; a started one counts whole, as providers bill it. */
    private long secondsStarted() {
        Token token = cursor.next();
        if (token == Token.NULL) {
            return 0;
        }
        if (token == Token.NUMBER) {
            double value = cursor.decimal();
            if (value >= 0 && value <= COUNT_MAX) {
                return (long) Math.ceil(value);
            }
        }
        trusted = false;
        skipRest(token);
        return 0;
    }

    private long rest(long total, long a, long b, long c, long d) {
        long rest = total - a - b - c - d;
        if (rest < 0) {
            trusted = false;
            return 0;
        }
        return rest;
    }

    private void skipRest(Token token) {
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
    }
}
