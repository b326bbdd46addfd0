package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.provider.simulated.Answer.Piece;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Locale;

/**
 * {@code POST /v1/audio/transcriptions} and {@code /translations}. A second of sound is taken to be 32,000 bytes.
 * Models named {@code gpt…} bill tokens, ten for each started second; others bill started seconds.
 */
final class Transcriptions {
    private static final int BYTES_PER_SECOND = 32_000;
    private static final int TOKENS_PER_SECOND = 10;

    private Transcriptions() {}

    static Answer transcribe(Call call) {
        return answer(call, "This is a simulated transcription of ", /* translates= */ false);
    }

    static Answer translate(Call call) {
        return answer(call, "This is a simulated translation of ", /* translates= */ true);
    }

    private static Answer answer(Call call, String opening, boolean translates) {
        Form form = call.form();
        Form.Part file = form.file("file");
        String model = Call.model(form.field("model"));
        long seconds = Math.max(1, Math.ceilDiv(file.content().length(), BYTES_PER_SECOND));
        List<String> tokens = Tokens.split(opening + file.filename() + ".");
        String text = String.join("", tokens);
        if (model.startsWith("gpt")) {
            long prompt = Tokens.count(form.field("prompt"));
            return ofTokens(call, form, model, tokens, prompt, seconds * TOKENS_PER_SECOND);
        }
        Usage bill = Usage.builder().set(Meter.SECOND, seconds).build();
        ObjectNode json = Json.object();
        switch (form.field("response_format")) {
            case "text" -> {
                return text(text + "\n", model, bill);
            }
            case "srt" -> {
                return text("1\n00:00:00,000 --> " + end(seconds, ',') + "\n" + text + "\n\n", model, bill);
            }
            case "vtt" -> {
                return text("WEBVTT\n\n00:00:00.000 --> " + end(seconds, '.') + "\n" + text + "\n\n", model, bill);
            }
            case "verbose_json" -> verbose(json, text, seconds, translates);
            default -> json.put("text", text);
        }
        if (!translates) {
            ReportedUsage.set(json, Json.object().put("type", "duration").put("seconds", seconds), call.wishes());
        }
        return Answer.generated(json, model, bill, call.wishes());
    }

    private static Answer ofTokens(Call call, Form form, String model, List<String> tokens, long prompt, long audio) {
        ObjectNode usage = Json.object().put("type", "tokens").put("input_tokens", prompt + audio);
        usage.putObject("input_token_details").put("text_tokens", prompt).put("audio_tokens", audio);
        usage.put("output_tokens", tokens.size()).put("total_tokens", prompt + audio + tokens.size());
        String text = String.join("", tokens);
        if (form.field("stream").equals("true")) {
            ObjectNode done = Json.object().put("type", "transcript.text.done").put("text", text);
            ReportedUsage.set(done, usage, call.wishes());
            Sse sse = new Sse(call.wishes(), /* named= */ false);
            Script script = new Script();
            script.then(() -> delta(sse, tokens.getFirst(), bill(prompt, audio, 1)));
            script.each(tokens.subList(1, tokens.size()), token -> delta(sse, token, TokenUse.ONE_OUTPUT));
            script.then(() -> Piece.free(sse.event("", done.toString())));
            return Answer.events(sse, model, script);
        }
        ObjectNode json = Json.object().put("text", text);
        ReportedUsage.set(json, usage, call.wishes());
        return Answer.generated(json, model, bill(prompt, audio, tokens.size()), call.wishes());
    }

    private static Usage bill(long prompt, long audio, long output) {
        return Usage.builder()
                .set(Meter.INPUT, prompt)
                .set(Meter.AUDIO_INPUT, audio)
                .set(Meter.OUTPUT, output)
                .build();
    }

    private static Piece delta(Sse sse, String token, Usage bill) {
        String json = "{\"type\":\"transcript.text.delta\",\"delta\":" + Json.quote(token) + "}";
        return new Piece(sse.event("", json), bill);
    }

    private static void verbose(ObjectNode json, String text, long seconds, boolean translates) {
        json.put("task", translates ? "translate" : "transcribe")
                .put("language", "english")
                .put("duration", (double) seconds)
                .put("text", text);
        json.putArray("segments")
                .addObject()
                .put("id", 0)
                .put("seek", 0)
                .put("start", 0.0)
                .put("end", (double) seconds)
                .put("text", text)
                .put("temperature", 0.0)
                .put("avg_logprob", -0.1)
                .put("compression_ratio", 1.0)
                .put("no_speech_prob", 0.01)
                .putArray("tokens");
    }

    private static Answer text(String text, String model, Usage bill) {
        return new Answer.Whole(200, "text/plain; charset=utf-8", Buffer.buffer(text), model, bill);
    }

    /** A time in subtitles: {@code 00:01:05,000}. */
    private static String end(long seconds, char point) {
        return String.format(
                Locale.ROOT, "%02d:%02d:%02d%c000", seconds / 3600, seconds / 60 % 60, seconds % 60, point);
    }
}
