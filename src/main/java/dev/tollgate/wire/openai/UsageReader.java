package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.CountForm;
import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.JsonCursor;

/**
 * Reads OpenAI's {@code usage} object, and what compatible providers add to it, into meters. In OpenAI's counting the
 * prompt's total includes cached, written and audio tokens and the completion's total includes reasoning and audio; meters
 * are disjoint, so the parts are taken out of the totals. Counts that can't be true, and parts larger than their total,
 * make the reading untrusted; reading never fails.
 */
final class UsageReader {
    private enum Of {
        INPUT,
        CACHED,
        NOT_CACHED,
        CACHED_AUDIO,
        CACHED_IMAGE,
        WRITTEN,
        WRITTEN_FOR_HOURS,
        AUDIO_IN,
        IMAGE_IN,
        OUTPUT,
        REASONING,
        AUDIO_OUT,
        IMAGE_OUT,
        TOTAL,
        SECONDS,
        WEB_SEARCHES,
        POST_SEARCHES,
        FILE_SEARCHES,
        DOCUMENT_SEARCHES,
        CODE_RUNS
    }

    private static final byte[] SECONDS = "seconds".getBytes(US_ASCII);
    private static final byte[] PROMPT_AUDIO_SECONDS = "prompt_audio_seconds".getBytes(US_ASCII);

    private static final int THINGS = Of.values().length;

    /** What is cached, by kind; text is the rest. */
    private static final CountForm<Of> CACHED =
            new CountForm<Of>().count(Of.CACHED_AUDIO, "audio_tokens").count(Of.CACHED_IMAGE, "image_tokens");

    private static final CountForm<Of> WRITTEN = new CountForm<Of>().count(Of.WRITTEN_FOR_HOURS, "ttl_12h_tokens");

    private static final CountForm<Of> INPUT = new CountForm<Of>()
            .count(Of.CACHED, "cached_tokens")
            .count(Of.WRITTEN, "cache_write_tokens")
            .count(Of.AUDIO_IN, "audio_tokens")
            .count(Of.IMAGE_IN, "image_tokens")
            .within(CACHED, "cached_tokens_details")
            .within(WRITTEN, "cache_write_tokens_details");

    private static final CountForm<Of> OUTPUT = new CountForm<Of>()
            .count(Of.REASONING, "reasoning_tokens")
            .count(Of.AUDIO_OUT, "audio_tokens")
            .count(Of.IMAGE_OUT, "image_tokens");

    /** Of xAI: its own tools, which it bills by the call. */
    private static final CountForm<Of> TOOLS = new CountForm<Of>()
            .count(Of.WEB_SEARCHES, "web_search_calls")
            .count(Of.POST_SEARCHES, "x_search_calls")
            .count(Of.FILE_SEARCHES, "file_search_calls")
            .count(Of.DOCUMENT_SEARCHES, "document_search_calls")
            .count(Of.CODE_RUNS, "code_interpreter_calls");

    private static final CountForm<Of> USAGE = new CountForm<Of>()
            .count(Of.INPUT, "prompt_tokens", "input_tokens")
            .count(Of.OUTPUT, "completion_tokens", "output_tokens")
            .count(Of.TOTAL, "total_tokens")
            .within(INPUT, "prompt_tokens_details", "input_tokens_details", "input_token_details")
            .within(OUTPUT, "completion_tokens_details", "output_tokens_details")
            // Of DeepSeek; of Together and Moonshot; of xAI.
            .count(Of.CACHED, "prompt_cache_hit_tokens", "cached_tokens")
            .count(Of.NOT_CACHED, "prompt_cache_miss_tokens")
            .within(TOOLS, "server_side_tool_usage_details");

    private final JsonCursor cursor;
    private final Counts<Of> counts = new Counts<>(THINGS);

    /** Reads from a cursor that has just passed the start of a usage object. */
    UsageReader(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** Reads to the object's end. */
    ReportedUsage read() {
        counts.read(cursor, USAGE, this::readSeconds);
        Usage.Builder usage = Usage.builder();
        setInput(usage);
        setOutput(usage);
        Usage read = usage.set(Meter.SECOND, counts.of(Of.SECONDS))
                .set(Meter.WEB_SEARCH, counts.of(Of.WEB_SEARCHES) + counts.of(Of.POST_SEARCHES))
                .set(Meter.FILE_SEARCH, counts.of(Of.FILE_SEARCHES) + counts.of(Of.DOCUMENT_SEARCHES))
                .set(Meter.CODE_SESSION, counts.of(Of.CODE_RUNS))
                .build();
        return new ReportedUsage(read, counts.trusted());
    }

    /** Seconds may come with a fraction; those of Mistral's audio models come beside tokens. */
    private boolean readSeconds(JsonCursor cursor) {
        if (cursor.textIs(SECONDS) || cursor.textIs(PROMPT_AUDIO_SECONDS)) {
            counts.say(Of.SECONDS, counts.nextBegun(cursor));
            return true;
        }
        return false;
    }

    private void setInput(Usage.Builder usage) {
        long input = counts.of(Of.INPUT);
        long cached = counts.of(Of.CACHED);
        long cachedAudio = counts.of(Of.CACHED_AUDIO);
        long cachedImage = counts.of(Of.CACHED_IMAGE);
        long written = counts.of(Of.WRITTEN);
        long writtenForHours = counts.of(Of.WRITTEN_FOR_HOURS);
        long audio = counts.rest(counts.of(Of.AUDIO_IN), cachedAudio);
        long image = counts.rest(counts.of(Of.IMAGE_IN), cachedImage);
        if (counts.said(Of.NOT_CACHED) && counts.of(Of.NOT_CACHED) + cached != input) {
            counts.distrust();
        }
        usage.set(Meter.INPUT, counts.rest(input, cached + written + audio + image))
                .set(Meter.CACHED_INPUT, counts.rest(cached, cachedAudio + cachedImage))
                .set(Meter.CACHED_AUDIO_INPUT, cachedAudio)
                .set(Meter.CACHED_IMAGE_INPUT, cachedImage)
                .set(Meter.CACHE_WRITE, counts.rest(written, writtenForHours))
                .set(Meter.CACHE_WRITE_LONG, writtenForHours)
                .set(Meter.AUDIO_INPUT, audio)
                .set(Meter.IMAGE_INPUT, image);
    }

    /**
     * A total that is larger than prompt and completion together has reasoning in it that the completion has not: xAI
     * reports it in the details, Gemini's compatible endpoint in the total alone.
     */
    private void setOutput(Usage.Builder usage) {
        long output = counts.of(Of.OUTPUT);
        long reasoning = counts.of(Of.REASONING);
        long apart = counts.said(Of.TOTAL) ? counts.of(Of.TOTAL) - counts.of(Of.INPUT) - output : 0;
        if (apart > 0 && reasoning == 0) {
            reasoning = apart;
        }
        if (apart != 0) {
            if (apart == reasoning) {
                output += apart;
            } else {
                counts.distrust();
            }
        }
        if (output > 0 && !counts.said(Of.INPUT)) {
            counts.distrust();
        }
        long audio = counts.of(Of.AUDIO_OUT);
        long image = counts.of(Of.IMAGE_OUT);
        usage.set(Meter.OUTPUT, counts.rest(output, reasoning + audio + image))
                .set(Meter.REASONING, reasoning)
                .set(Meter.AUDIO_OUTPUT, audio)
                .set(Meter.IMAGE_OUTPUT, image);
    }
}
