package dev.tollgate.provider;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a provider's API differs from OpenAI's own.
 *
 * @param authHeader the header that has the credential: {@code authorization}, where it follows {@code Bearer}, or
 *     another one, where it stands alone
 * @param headers that every request has beside it
 * @param deployments how models are addressed by paths, or null where the body alone names them
 * @param usageUnasked whether streams tell their usage without being asked, and asking is refused
 * @param failures what its errors mean
 */
public record ApiStyle(
        String authHeader,
        Map<String, String> headers,
        @Nullable Deployments deployments,
        boolean usageUnasked,
        Failures failures) {
    private static final String AUTHORIZATION = "authorization";

    /** OpenAI's own. */
    public static final ApiStyle OPENAI =
            new ApiStyle(AUTHORIZATION, Map.of(), null, /* usageUnasked= */ false, Failures.USUAL);

    public ApiStyle {
        headers = Map.copyOf(headers);
    }

    /**
     * Azure's paths with the model's deployment in them.
     *
     * @param apiVersion the version of the API, as a date
     * @param names models and the names of their deployments; a model that is not in here is deployed under its own name
     */
    public record Deployments(String apiVersion, Map<String, String> names) {
        public Deployments {
            names = Map.copyOf(names);
        }

        String path(@Nullable String model, String rest) {
            String path = model == null
                    ? rest
                    : "/deployments/"
                            + URLEncoder.encode(names.getOrDefault(model, model), StandardCharsets.UTF_8)
                                    .replace("+", "%20")
                            + rest;
            return path + (path.indexOf('?') < 0 ? "?" : "&") + "api-version=" + apiVersion;
        }
    }

    /** The same with models addressed by paths. */
    public ApiStyle with(@Nullable Deployments wanted) {
        return new ApiStyle(authHeader, headers, wanted, usageUnasked, failures);
    }

    /** The same with tokens in place of keys. */
    public ApiStyle withBearer() {
        return new ApiStyle(AUTHORIZATION, headers, deployments, usageUnasked, failures);
    }

    /** Path and query below the base URL, for a request that runs a model, or none where it is null. */
    String path(@Nullable String model, String rest) {
        return deployments == null ? rest : deployments.path(model, rest);
    }

    /** Sets what proves who asks. */
    void authorize(MultiMap to, @Nullable String credential) {
        if (credential != null) {
            to.set(authHeader, authHeader.equals(AUTHORIZATION) ? "Bearer " + credential : credential);
        }
        if (!headers.isEmpty()) {
            headers.forEach(to::set);
        }
    }
}
