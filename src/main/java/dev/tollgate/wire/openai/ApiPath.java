package dev.tollgate.wire.openai;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
    private static final Pattern BASES = Pattern.compile("^(/(?=/)|(/v1|/openai)(?=/|$))+");
    private static final Set<String> TWO_SEGMENTS = Set.of("chat", "fine_tuning", "images", "audio");
    private static final String COUNT_TOKENS = "input_tokens";

    /** Segments in the place of an id that are something to do. */
    private static final Set<String> VERBS = Set.of(COUNT_TOKENS, "compact");

    private static final String MODELS = "models";

    /** Collections whose objects cost nothing to make; what others cost, or would if they came to be, is not known. */
    private static final Set<String> FREE = Set.of("files", "uploads", "conversations", "vector_stores");

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
            return ofDeployment(method, path);
        }
        int base = path.startsWith(AZURE_BASE + BASE + "/") ? AZURE_BASE.length() : 0;
        String rest = path.startsWith(BASE + "/", base) ? path.substring(base + BASE.length()) : "";
        if (rest.length() <= 1 || rest.equals(BASE) || rest.startsWith(BASE + "/")) {
            throw unknown(path, BASE + likely(path));
        }
        return of(method, path, rest, null);
    }

    private static ApiPath ofDeployment(String method, String path) {
        int slash = path.indexOf('/', AZURE_DEPLOYMENTS.length());
        if (slash >= 0) {
            String deployment = path.substring(AZURE_DEPLOYMENTS.length(), slash);
            ApiPath understood = of(method, path, path.substring(slash), deployment);
            if (understood.operation.runsModel()) {
                return understood;
            }
        }
        throw unknown(path, AZURE_DEPLOYMENTS + "{name}/chat/completions");
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
        boolean isVerb = VERBS.contains(below.toLowerCase(Locale.ROOT));
        String objectId = below.isEmpty() || isVerb ? null : below;
        if (collection.equals(MODELS) && objectId != null) {
            objectId = rest.substring(MODELS.length() + 2); // names of models may have slashes
        }
        if (!isPlain(collection)) {
            throw unknown(path, BASE + rest.toLowerCase(Locale.ROOT));
        }
        Operation operation = operation(method, collection, objectId, below);
        if (operation == Operation.UNMETERED && rest.endsWith("/cancel")) {
            operation = Operation.OBJECT; // what is stopped costs no more
        }
        if (operation.runsModel() && !method.equals(POST)) {
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
                objectId == null && !below.equalsIgnoreCase(COUNT_TOKENS) ? Operation.RESPONSE : Operation.OBJECT;
            case "images/generations", "images/edits", "images/variations" -> Operation.IMAGE;
            case "audio/speech" -> Operation.SPEECH;
            case "audio/transcriptions", "audio/translations" -> Operation.TRANSCRIPTION;
            case MODELS -> method.equals("GET") ? Operation.MODELS : Operation.OBJECT;
            case "usage" -> method.equals("GET") ? Operation.USAGE : Operation.OBJECT;
            case "limits" -> method.equals("GET") ? Operation.LIMITS : Operation.OBJECT;
            case "organization" -> Operation.ORGANIZATION;
            case "realtime" -> Operation.REALTIME;
            default -> post && !FREE.contains(collection) ? Operation.UNMETERED : Operation.OBJECT;
        };
    }

    /**
     * Collections are matched by their exact text, and some providers don't care for case: what is written in another
     * way could run a model without being known as such.
     */
    private static boolean isPlain(String collection) {
        for (int i = 0; i < collection.length(); i++) {
            char c = collection.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-';
            if (!plain) {
                return false;
            }
        }
        return true;
    }

    /** Paths are compared by their text here and decoded by others later, so whatever could read two ways is refused. */
    private static void refuseTricks(String path) {
        boolean trick = path.contains("/../")
                || path.endsWith("/..")
                || path.contains("/./")
                || path.endsWith("/.")
                || path.indexOf("//", 1) > 0;
        for (int i = 0; i < path.length() && !trick; i++) {
            char c = path.charAt(i);
            trick = c <= ' ' || c >= 0x7f || c == '\\' || c == ';' || (c == '%' && !isNeeded(path, i));
        }
        if (trick) {
            throw new Problem(
                    ProblemCode.INVALID_PATH,
                    "The path could be read in more than one way (expected: a plain path such as /v1/responses).");
        }
    }

    private static Map<String, ApiPath> common() {
        Map<String, ApiPath> common = new HashMap<>();
        for (String path : List.of("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/completions")) {
            common.put(path, understand(POST, path));
        }
        return common;
    }

    /** Whether the percent sign begins the encoding of a byte that can't stand in a path as it is, nor mean a part of it. */
    private static boolean isNeeded(String path, int percent) {
        if (percent + 2 >= path.length()) {
            return false;
        }
        int high = Character.digit(path.charAt(percent + 1), 16);
        int low = Character.digit(path.charAt(percent + 2), 16);
        int c = high * 16 + low;
        boolean unreserved = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0);
        boolean telling = c < ' ' || c == 0x7f || "/\\%".indexOf(c) >= 0;
        return high >= 0 && low >= 0 && !unreserved && !telling;
    }

    private static Problem unknown(String path, String likely) {
        return new Problem(
                ProblemCode.UNKNOWN_PATH,
                "There is no " + path + " here. Did you mean " + likely + "? The base URL of a client ends in " + BASE
                        + ", once.");
    }

    /** What follows the base, which is missing or doubled in the usual mistakes. */
    private static String likely(String path) {
        String rest = BASES.matcher(path).replaceFirst("");
        return rest.length() <= 1 ? "/chat/completions" : rest;
    }
}
