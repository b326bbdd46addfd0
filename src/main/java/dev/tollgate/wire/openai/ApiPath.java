package dev.tollgate.wire.openai;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A path of the OpenAI API, understood.
 *
 * @param rest the path after {@code /v1}, such as {@code /files/file-1/content}
 * @param operation what it does
 * @param collection the first segment or, below {@code /chat} and {@code /fine_tuning}, the first two:
 *     {@code chat/completions}
 * @param objectId the id of the object that the path names, or null where it names the collection
 * @param deployment the deployment in Azure's form of path, which stands for the model, or null
 */
public record ApiPath(
        String rest,
        Operation operation,
        String collection,
        @Nullable String objectId,
        @Nullable String deployment) {
    private static final String POST = "POST";
    private static final String BASE = "/v1";
    private static final String AZURE_BASE = "/openai";
    private static final String AZURE_DEPLOYMENTS = "/openai/deployments/";
    private static final Set<String> TWO_SEGMENTS = Set.of("chat", "fine_tuning", "images", "audio");
    private static final String COUNT_TOKENS = "input_tokens";

    /** Segments in the place of an id that are something to do. */
    private static final Set<String> VERBS = Set.of(COUNT_TOKENS, "compact");

    private static final String MODELS = "models";

    private static final Set<String> UNMETERED_WORK =
            Set.of("batches", "fine_tuning/jobs", "videos", "threads", "assistants", "evals", "graders", "skills");

    /** The paths of nearly all requests, understood once. */
    private static final Map<String, ApiPath> COMMON = common();

    /** Understands a request's method and path; a path that is none of the API's throws {@link Problem}. */
    public static ApiPath of(String method, String path) {
        ApiPath common = method.equals(POST) ? COMMON.get(path) : null;
        return common != null ? common : understand(method, path);
    }

    private static ApiPath understand(String method, String path) {
        refuseTricks(path);
        if (path.startsWith(AZURE_DEPLOYMENTS)) {
            int slash = path.indexOf('/', AZURE_DEPLOYMENTS.length());
            if (slash < 0) {
                throw unknown(path);
            }
            String deployment = path.substring(AZURE_DEPLOYMENTS.length(), slash);
            return of(method, path, path.substring(slash), deployment);
        }
        if (path.startsWith(AZURE_BASE + BASE + "/")) {
            return of(method, path, path.substring(AZURE_BASE.length() + BASE.length()), null);
        }
        if (path.startsWith(BASE + "/") && !path.startsWith(BASE + BASE)) {
            return of(method, path, path.substring(BASE.length()), null);
        }
        throw unknown(path);
    }

    /** Whether this path belongs to the API or looks as if it was meant to. */
    public static boolean isMeant(String path) {
        return path.startsWith(BASE + "/")
                || path.equals(BASE)
                || path.startsWith(AZURE_BASE + "/")
                || path.startsWith("/chat/")
                || path.startsWith("//")
                || path.equals("/responses")
                || path.equals("/embeddings")
                || path.equals("/completions")
                || path.equals("/models");
    }

    private static ApiPath of(String method, String path, String rest, @Nullable String deployment) {
        String[] segments = rest.substring(1).split("/", -1);
        int depth = TWO_SEGMENTS.contains(segments[0]) && segments.length > 1 ? 2 : 1;
        String collection = depth == 2 ? segments[0] + "/" + segments[1] : segments[0];
        String below = segments.length > depth ? segments[depth] : "";
        String objectId = below.isEmpty() || VERBS.contains(below) ? null : below;
        if (collection.equals(MODELS) && objectId != null) {
            objectId = rest.substring(MODELS.length() + 2); // names of models may have slashes
        }
        Operation operation = operation(method, collection, objectId, below);
        if (operation.runsModel() && objectId == null && !method.equals(POST)) {
            throw new Problem(ProblemCode.METHOD_NOT_ALLOWED, "method: " + method + " " + path + " (expected: POST)");
        }
        return new ApiPath(rest, operation, collection, objectId, deployment);
    }

    private static Operation operation(String method, String collection, @Nullable String objectId, String below) {
        boolean post = method.equals(POST);
        return switch (collection) {
            case "chat/completions" ->
                objectId == null && (post || !method.equals("GET")) ? Operation.CHAT : Operation.OBJECT;
            case "completions" -> Operation.COMPLETION;
            case "embeddings" -> Operation.EMBEDDING;
            case "moderations" -> Operation.MODERATION;
            case "responses" ->
                objectId == null && post && !below.equals(COUNT_TOKENS) ? Operation.RESPONSE : Operation.OBJECT;
            case "images/generations", "images/edits", "images/variations" -> Operation.IMAGE;
            case "audio/speech" -> Operation.SPEECH;
            case "audio/transcriptions", "audio/translations" -> Operation.TRANSCRIPTION;
            case MODELS -> method.equals("GET") ? Operation.MODELS : Operation.OBJECT;
            case "usage" -> method.equals("GET") ? Operation.USAGE : Operation.OBJECT;
            case "organization" -> Operation.ORGANIZATION;
            case "realtime" -> Operation.REALTIME;
            default -> post && UNMETERED_WORK.contains(collection) ? Operation.UNMETERED : Operation.OBJECT;
        };
    }

    /** Paths are compared by their text here and decoded by others later, so whatever could read two ways is refused. */
    private static void refuseTricks(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        boolean trick = path.contains("/../")
                || path.endsWith("/..")
                || path.contains("/./")
                || path.endsWith("/.")
                || path.contains("\\")
                || path.indexOf("//", 1) > 0
                || lower.contains("%2e")
                || lower.contains("%2f")
                || lower.contains("%5c")
                || lower.contains("%00")
                || path.chars().anyMatch(c -> c <= ' ' || c >= 0x7f);
        if (trick) {
            throw new Problem(
                    ProblemCode.INVALID_PATH,
                    "The path has empty, dotted or encoded separators (expected: a plain path such as /v1/responses).");
        }
    }

    private static Map<String, ApiPath> common() {
        Map<String, ApiPath> common = new HashMap<>();
        for (String path : List.of("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions")) {
            common.put(path, understand(POST, path));
        }
        return common;
    }

    private static Problem unknown(String path) {
        return new Problem(ProblemCode.UNKNOWN_PATH, "There is no " + path + " here." + likely(path));
    }

    /** Base URLs with a missing or doubled /v1 are the usual mistakes; they are told by name. */
    private static String likely(String path) {
        String rest = path;
        while (rest.startsWith(BASE + "/")) {
            rest = rest.substring(BASE.length());
        }
        while (rest.startsWith("//")) {
            rest = rest.substring(1);
        }
        return " Did you mean " + BASE + rest + "? The base URL of a client ends in " + BASE + ", once.";
    }
}
