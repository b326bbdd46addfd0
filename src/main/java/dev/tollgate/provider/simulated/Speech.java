package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.provider.simulated.Answer.Piece;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.List;

/**
 * {@code POST /v1/audio/speech}: silence, one frame for each token of the text. Models named {@code gpt…} bill tokens,
 * four of speech for each of text; others bill characters.
 */
final class Speech {
    private static final int INPUT_LENGTH_MAX = 4096;
    private static final int SPEECH_TOKENS_PER_TOKEN = 4;
    private static final int MP3_FRAME_BYTES = 417;
    private static final int WAV_FRAME_BYTES = 480;
    private static final int WAV_RATE = 24_000;

    private Speech() {}

    static Answer create(Call call) {
        ObjectNode request = call.json();
        String model = Call.model(request);
        String input = request.path("input").asText();
        if (input.isEmpty() || input.length() > INPUT_LENGTH_MAX) {
            throw ApiError.badRequest("input: expected 1.." + INPUT_LENGTH_MAX + " characters", "input", null);
        }
        boolean billsTokens = model.startsWith("gpt");
        long text =
                Tokens.count(input) + Tokens.count(request.path("instructions").asText());
        Usage start = billsTokens
                ? Usage.builder().set(Meter.INPUT, text).build()
                : Usage.builder()
                        .set(Meter.CHARACTER, input.codePointCount(0, input.length()))
                        .build();
        Usage each = billsTokens
                ? Usage.builder()
                        .set(Meter.AUDIO_OUTPUT, SPEECH_TOKENS_PER_TOKEN)
                        .build()
                : Usage.NONE;
        List<String> tokens = Tokens.split(input);
        boolean wav = request.path("response_format").asText().equals("wav");
        Buffer head = wav ? wavHead(tokens.size() * WAV_FRAME_BYTES) : Buffer.buffer();
        Buffer frame = wav ? Buffer.buffer(new byte[WAV_FRAME_BYTES]) : mp3Frame();
        if (request.path("stream_format").asText().equals("sse")) {
            return events(call, model, tokens, frame, text, start, each);
        }
        Script script = new Script();
        script.then(() -> new Piece(head, start));
        script.each(tokens, _ -> new Piece(frame, each));
        return new Answer.Pieces(wav ? "audio/wav" : "audio/mpeg", null, model, script);
    }

    private static Answer events(
            Call call, String model, List<String> tokens, Buffer frame, long text, Usage start, Usage each) {
        Sse sse = new Sse(call.wishes(), /* named= */ false);
        String delta = Json.object()
                .put("type", "speech.audio.delta")
                .put("audio", Base64.getEncoder().encodeToString(frame.getBytes()))
                .toString();
        long spoken = (long) tokens.size() * SPEECH_TOKENS_PER_TOKEN;
        ObjectNode done = Json.object().put("type", "speech.audio.done");
        ObjectNode usage = Json.object()
                .put("input_tokens", text)
                .put("output_tokens", spoken)
                .put("total_tokens", text + spoken);
        ReportedUsage.set(done, usage, call.wishes());
        Script script = new Script();
        script.then(() -> new Piece(Buffer.buffer(), start));
        script.each(tokens, _ -> new Piece(sse.event("", delta), each));
        script.then(() -> Piece.free(sse.event("", done.toString())));
        return Answer.events(sse, model, script);
    }

    /** The head of a mono WAV of 16 bits. */
    private static Buffer wavHead(int bytes) {
        return Buffer.buffer()
                .appendString("RIFF")
                .appendIntLE(36 + bytes)
                .appendString("WAVEfmt ")
                .appendIntLE(16)
                .appendShortLE((short) 1)
                .appendShortLE((short) 1)
                .appendIntLE(WAV_RATE)
                .appendIntLE(2 * WAV_RATE)
                .appendShortLE((short) 2)
                .appendShortLE((short) 16)
                .appendString("data")
                .appendIntLE(bytes);
    }

    /** An empty frame of MPEG 1 layer III at 128 kbit/s and 44.1 kHz. */
    private static Buffer mp3Frame() {
        return Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xfb, (byte) 0x90, 0})
                .appendBytes(new byte[MP3_FRAME_BYTES - 4]);
    }
}
