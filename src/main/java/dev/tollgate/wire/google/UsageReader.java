package dev.tollgate.wire.google;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.CountForm;
import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads Gemini's {@code usageMetadata} into meters. The prompt's count has the cached tokens in it; candidates have
 * neither thoughts nor what tools put into the prompt. Lists beside the counts split them by kind. Counts that can't be
 * true, miss the prompt, or don't add up to their total make the report untrusted. Of a stream, whose chunks each have
 * running totals, the last object is the one to read. Used by one thread, for one object.
 */
public final class UsageReader {
    private enum Of {
        PROMPT,
        CACHED,
        CANDIDATES,
        THOUGHTS,
        TOOL_PROMPT,
        TOTAL,
        AUDIO_IN,
        IMAGE_IN,
        VIDEO_IN,
        CACHED_AUDIO,
        CACHED_IMAGE,
        CACHED_VIDEO,
        AUDIO_OUT,
        IMAGE_OUT,
        VIDEO_OUT
    }

    private static final int THINGS = Of.values().length;

    private static final CountForm<Of> USAGE = new CountForm<Of>()
            .count(Of.PROMPT, "promptTokenCount")
            .count(Of.CACHED, "cachedContentTokenCount")
            .count(Of.CANDIDATES, "candidatesTokenCount", "responseTokenCount")
            .count(Of.THOUGHTS, "thoughtsTokenCount")
            .count(Of.TOOL_PROMPT, "toolUsePromptTokenCount")
            .count(Of.TOTAL, "totalTokenCount");

    private static final byte[] PROMPT_DETAILS = "promptTokensDetails".getBytes(US_ASCII);
    private static final byte[] CACHE_DETAILS = "cacheTokensDetails".getBytes(US_ASCII);
    private static final byte[] CANDIDATES_DETAILS = "candidatesTokensDetails".getBytes(US_ASCII);
    private static final byte[] RESPONSE_DETAILS = "responseTokensDetails".getBytes(US_ASCII);
    private static final byte[] SERVICE_TIER = "serviceTier".getBytes(US_ASCII);

    private final Counts<Of> counts = new Counts<>(THINGS);
    private @Nullable String serviceTier;

    /** Reads a usage object whose start the cursor has just passed, to its end. */
    public ReportedUsage read(JsonCursor cursor) {
        counts.read(cursor, USAGE, this::readOther);
        long prompt = counts.of(Of.PROMPT);
        long candidates = counts.of(Of.CANDIDATES);
        long thoughts = counts.of(Of.THOUGHTS);
        long toolPrompt = counts.of(Of.TOOL_PROMPT);
        if (!counts.said(Of.PROMPT)
                || (counts.said(Of.TOTAL) && counts.of(Of.TOTAL) != prompt + candidates + thoughts + toolPrompt)) {
            counts.distrust();
        }
        Usage.Builder usage = Usage.builder();
        setInput(usage, prompt, toolPrompt);
        long audio = counts.of(Of.AUDIO_OUT);
        long image = counts.of(Of.IMAGE_OUT);
        usage.set(Meter.OUTPUT, counts.rest(candidates, audio + image))
                .set(Meter.REASONING, thoughts)
                .set(Meter.AUDIO_OUTPUT, audio)
                .set(Meter.IMAGE_OUTPUT, image);
        return new ReportedUsage(usage.build(), counts.trusted());
    }

    private void setInput(Usage.Builder usage, long prompt, long toolPrompt) {
        long cached = counts.of(Of.CACHED);
        long cachedAudio = counts.of(Of.CACHED_AUDIO);
        long cachedImage = counts.of(Of.CACHED_IMAGE);
        long audio = counts.rest(counts.of(Of.AUDIO_IN), cachedAudio);
        long image = counts.rest(counts.of(Of.IMAGE_IN), cachedImage);
        long video = counts.rest(counts.of(Of.VIDEO_IN), counts.of(Of.CACHED_VIDEO));
        usage.set(Meter.INPUT, counts.rest(prompt, cached + audio + image + video) + toolPrompt)
                .set(Meter.CACHED_INPUT, counts.rest(cached, cachedAudio + cachedImage))
                .set(Meter.CACHED_AUDIO_INPUT, cachedAudio)
                .set(Meter.CACHED_IMAGE_INPUT, cachedImage)
                .set(Meter.AUDIO_INPUT, audio)
                .set(Meter.IMAGE_INPUT, image)
                .set(Meter.VIDEO_INPUT, video);
    }

    private boolean readOther(JsonCursor cursor) {
        if (cursor.textIs(PROMPT_DETAILS)) {
            Modalities.read(cursor, counts, Of.AUDIO_IN, Of.IMAGE_IN, Of.VIDEO_IN);
        } else if (cursor.textIs(CACHE_DETAILS)) {
            Modalities.read(cursor, counts, Of.CACHED_AUDIO, Of.CACHED_IMAGE, Of.CACHED_VIDEO);
        } else if (cursor.textIs(CANDIDATES_DETAILS) || cursor.textIs(RESPONSE_DETAILS)) {
            Modalities.read(cursor, counts, Of.AUDIO_OUT, Of.IMAGE_OUT, Of.VIDEO_OUT);
        } else if (cursor.textIs(SERVICE_TIER)) {
            readTier(cursor);
        } else {
            return false;
        }
        return true;
    }

    private void readTier(JsonCursor cursor) {
        Token token = cursor.next();
        if (token == Token.STRING) {
            serviceTier = cursor.text().toLowerCase(Locale.ROOT);
        } else if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
    }

    /** The tier that the request was served in, in small letters, or null where none was named. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }
}
