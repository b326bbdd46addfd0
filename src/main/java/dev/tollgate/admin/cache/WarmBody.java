package dev.tollgate.admin.cache;

import dev.tollgate.admin.Given;
import dev.tollgate.cache.warming.Asker.Request;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is to be cached before somebody asks. */
@Schema(example = """
        {"key": "sk-tg-0123456789abcdef", "budget": "2.50",
         "requests": [{"path": "/v1/chat/completions",
                       "body": {"model": "gpt-4o-mini", "temperature": 0,
                                "messages": [{"role": "user", "content": "What are your opening hours?"}]}}]}
        """)
public record WarmBody(
        @Schema(
                required = true,
                description =
                        "A key of the API: requests are sent with it, in its scope, on its account, and within its"
                                + " limits and budgets. It is kept until the last one is sent, in memory alone.")
        @Nullable
        String key,

        @Schema(description = "1 to 1,000 requests.") @Nullable
        List<WarmRequest> requests,

        @Schema(
                required = true,
                description =
                        "Dollars: no request is sent once those before have cost so much. The last one may go beyond.")
        @Nullable
        Money budget) {
    private static final int REQUESTS_MAX = 1_000;
    private static final String API = "/v1/";

    /** One request. Whether its answer is streamed makes no difference to the cache, so that it is not. */
    public record WarmRequest(
            @Schema(description = "`/v1/chat/completions` by default.") @Nullable
            String path,

            @Schema(required = true) @Nullable Map<String, Object> body) {}

    List<Request> toSend() {
        List<WarmRequest> given = Given.required("requests", requests);
        if (given.isEmpty() || given.size() > REQUESTS_MAX) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "requests: " + given.size() + " (expected: 1.." + REQUESTS_MAX + ")",
                    "requests");
        }
        List<Request> all = new ArrayList<>(given.size());
        for (WarmRequest request : given) {
            all.add(new Request(path(request.path), body(Given.required("requests.body", request.body))));
        }
        return all;
    }

    Money atMost() {
        Money most = Given.required("budget", budget);
        if (most.compareTo(Money.ZERO) <= 0) {
            throw new Problem(ProblemCode.INVALID_VALUE, "budget: expected: more than 0", "budget");
        }
        return most;
    }

    private static String path(@Nullable String path) {
        String given = path == null ? "/v1/chat/completions" : path;
        if (!given.startsWith(API) || given.length() > 100 || !given.matches("[a-z0-9/_-]+")) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "requests.path: expected: a path of the API, such as /v1/embeddings",
                    "requests");
        }
        return given;
    }

    private static String body(Map<String, Object> body) {
        Map<String, Object> whole = new LinkedHashMap<>(body);
        whole.remove("stream");
        whole.remove("stream_options");
        return new JsonObject(whole).encode();
    }
}
