package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.provider.simulated.Answer.Piece;
import java.time.Clock;

/**
 * {@code /v1/images/*}. Every image is the same grey pixel. Models named {@code gpt-image…} bill tokens by size and
 * quality and report them, others bill per image.
 */
final class Images {
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
    private static final int IMAGES_MAX = 10;
    private static final int TOKENS_PER_INPUT_IMAGE = 323;
    private static final int PARTIAL_IMAGES_MAX = 3;

    private final Clock clock;

    Images(Clock clock) {
        this.clock = clock;
    }

    Answer generate(Call call) {
        ObjectNode request = call.json();
        return answer(call, "image_generation", request, 0);
    }

    /** Edits, and variations too: what is wanted comes as a form, with one image or more. */
    Answer edit(Call call) {
        Form form = call.form();
        ObjectNode request = Json.object();
        form.fields().forEach(request::put);
        int images = (int) form.files().stream()
                .filter(file -> file.field().startsWith("image"))
                .count();
        if (images == 0) {
            throw ApiError.badRequest("'image' is a required file.", "image", null);
        }
        return answer(call, "image_edit", request, images);
    }

    private Answer answer(Call call, String event, ObjectNode request, int inputImages) {
        String model = Call.model(request.path("model").asText("dall-e-2"));
        int n = request.path("n").asInt(1);
        if (n < 1 || n > IMAGES_MAX) {
            throw ApiError.badRequest("n: " + n + " (expected: 1.." + IMAGES_MAX + ")", "n", null);
        }
        boolean billsTokens = model.startsWith("gpt-image");
        long text = Tokens.count(request.path("prompt").asText());
        long input = (long) inputImages * TOKENS_PER_INPUT_IMAGE;
        long output = n
                * tokens(
                        request.path("size").asText("auto"),
                        request.path("quality").asText("auto"));
        Usage bill = billsTokens
                ? Usage.builder()
                        .set(Meter.INPUT, text)
                        .set(Meter.IMAGE_INPUT, input)
                        .set(Meter.IMAGE_OUTPUT, output)
                        .build()
                : Usage.builder().set(Meter.IMAGE, n).build();
        if (billsTokens && request.path("stream").asBoolean()) {
            return stream(call, event, request, model, usage(text, input, output), bill);
        }
        ObjectNode json = Json.object().put("created", clock.instant().getEpochSecond());
        ArrayNode data = json.putArray("data");
        boolean url = !billsTokens && !request.path("response_format").asText().equals("b64_json");
        for (int i = 0; i < n; i++) {
            data.addObject().put(url ? "url" : "b64_json", (url ? "data:image/png;base64," : "") + PIXEL);
        }
        if (billsTokens) {
            json.put("output_format", "png");
            ReportedUsage.set(json, usage(text, input, output), call.wishes());
        }
        return Answer.generated(json, model, bill, call.wishes());
    }

    private Answer stream(Call call, String event, ObjectNode request, String model, ObjectNode usage, Usage bill) {
        int partial = Math.clamp(request.path("partial_images").asInt(0), 0, PARTIAL_IMAGES_MAX);
        Sse sse = new Sse(call.wishes(), /* named= */ true);
        Script script = new Script();
        for (int i = 0; i < partial; i++) {
            ObjectNode json = event(event + ".partial_image").put("partial_image_index", i);
            script.then(() -> Piece.free(sse.event(event + ".partial_image", json.toString())));
        }
        ObjectNode completed = event(event + ".completed");
        ReportedUsage.set(completed, usage, call.wishes());
        script.then(() -> new Piece(sse.event(event + ".completed", completed.toString()), bill));
        return Answer.events(sse, model, script);
    }

    private ObjectNode event(String type) {
        return Json.object()
                .put("type", type)
                .put("b64_json", PIXEL)
                .put("created_at", clock.instant().getEpochSecond())
                .put("size", "1024x1024")
                .put("quality", "medium")
                .put("background", "opaque")
                .put("output_format", "png");
    }

    /** What an image costs in tokens: less for low quality, more for high quality and for oblong ones. */
    private static long tokens(String size, String quality) {
        boolean square = size.equals("1024x1024") || size.equals("auto");
        return switch (quality) {
            case "low" -> square ? 272 : 408;
            case "high" -> square ? 4160 : 6240;
            default -> square ? 1056 : 1584;
        };
    }

    private static ObjectNode usage(long text, long input, long output) {
        ObjectNode usage = Json.object()
                .put("total_tokens", text + input + output)
                .put("input_tokens", text + input)
                .put("output_tokens", output);
        usage.putObject("input_tokens_details").put("text_tokens", text).put("image_tokens", input);
        usage.putObject("output_tokens_details").put("text_tokens", 0).put("image_tokens", output);
        return usage;
    }
}
