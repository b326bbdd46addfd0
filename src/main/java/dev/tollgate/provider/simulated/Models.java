package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** {@code /v1/models}: a list of well-known names. Others exist too, unless they begin with {@code no-such-}. */
final class Models {
    private static final List<String> NAMES = List.of(
            "gpt-5",
            "gpt-5-mini",
            "gpt-5-nano",
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4.1-nano",
            "gpt-4o",
            "gpt-4o-mini",
            "gpt-3.5-turbo",
            "gpt-3.5-turbo-instruct",
            "o1",
            "o3",
            "o3-mini",
            "o4-mini",
            "text-embedding-3-small",
            "text-embedding-3-large",
            "text-embedding-ada-002",
            "omni-moderation-latest",
            "gpt-image-1",
            "dall-e-3",
            "tts-1",
            "gpt-4o-mini-tts",
            "whisper-1",
            "gpt-4o-transcribe",
            "gpt-4o-mini-transcribe");
    private static final long CREATED = 1_735_689_600;

    private Models() {}

    static Answer list(Call call) {
        ObjectNode json = Json.object().put("object", "list");
        ArrayNode data = json.putArray("data");
        NAMES.forEach(name -> data.add(model(name)));
        return Answer.json(json);
    }

    static Answer get(Call call) {
        return Answer.json(model(Call.model(call.id())));
    }

    /** Only fine-tuned models can be deleted; it is not remembered. */
    static Answer delete(Call call) {
        String name = Call.model(call.id());
        if (!name.startsWith("ft:")) {
            throw new ApiError(
                    403,
                    "invalid_request_error",
                    "The model `" + name + "` cannot be deleted: only fine-tuned models can.",
                    "model",
                    null);
        }
        return Answer.json(Json.object().put("id", name).put("object", "model").put("deleted", true));
    }

    private static ObjectNode model(String name) {
        return Json.object()
                .put("id", name)
                .put("object", "model")
                .put("created", CREATED)
                .put("owned_by", "simulated");
    }
}
