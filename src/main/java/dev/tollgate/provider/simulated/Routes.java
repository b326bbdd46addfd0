package dev.tollgate.provider.simulated;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which endpoint answers which method and path. A {@code *} in a pattern stands for one segment, such as an id. */
final class Routes {
    /** An endpoint and what its placeholders matched. */
    record Match(Call.Endpoint endpoint, List<String> variables) {}

    private record Route(HttpMethod method, List<String> pattern, Call.Endpoint endpoint) {}

    private final Map<Integer, List<Route>> bySegments = new HashMap<>();

    Routes get(String pattern, Call.Endpoint endpoint) {
        return add(HttpMethod.GET, pattern, endpoint);
    }

    Routes post(String pattern, Call.Endpoint endpoint) {
        return add(HttpMethod.POST, pattern, endpoint);
    }

    Routes delete(String pattern, Call.Endpoint endpoint) {
        return add(HttpMethod.DELETE, pattern, endpoint);
    }

    /** The match of a request; 404 where no route has this path, 405 where none has this method. */
    Match find(HttpMethod method, String path) {
        List<String> segments = List.of(path.split("/", -1));
        boolean known = false;
        for (Route route : bySegments.getOrDefault(segments.size(), List.of())) {
            List<String> variables = variables(route.pattern(), segments);
            if (variables != null) {
                known = true;
                if (route.method().equals(method)) {
                    return new Match(route.endpoint(), variables);
                }
            }
        }
        if (known) {
            throw new ApiError(
                    405,
                    "invalid_request_error",
                    "Not allowed to " + method + " on " + path + ".",
                    null,
                    "method_not_supported");
        }
        throw ApiError.notFound("Invalid URL (" + method + " " + path + ")", null, null);
    }

    private Routes add(HttpMethod method, String pattern, Call.Endpoint endpoint) {
        List<String> segments = List.of(pattern.split("/", -1));
        bySegments.computeIfAbsent(segments.size(), _ -> new ArrayList<>()).add(new Route(method, segments, endpoint));
        return this;
    }

    private static String decoded(String segment) {
        try {
            return QueryStringDecoder.decodeComponent(segment.replace("+", "%2B"));
        } catch (IllegalArgumentException e) {
            throw ApiError.notFound("No object with id '" + segment + "'.", "id", null);
        }
    }

    private static @Nullable List<String> variables(List<String> pattern, List<String> segments) {
        List<String> variables = new ArrayList<>(2);
        for (int i = 0; i < pattern.size(); i++) {
            if (pattern.get(i).equals("*")) {
                variables.add(decoded(segments.get(i)));
            } else if (!pattern.get(i).equals(segments.get(i))) {
                return null;
            }
        }
        return variables;
    }
}
