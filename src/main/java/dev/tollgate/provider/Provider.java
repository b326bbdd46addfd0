package dev.tollgate.provider;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider whose API is OpenAI's, as {@code providers.json} tells of it.
 *
 * @param name as callers, prices and the ledger have it: {@code groq}
 * @param label for people
 * @param baseUrl where it is found, or null where each account has another place
 * @param variable the environment has {@code <variable>_API_KEY} and {@code <variable>_BASE_URL}
 * @param aliases other names that it is called by
 * @param pricedAs the provider whose prices hold, mostly itself
 * @param needsCredential whether it can't be asked without one
 * @param checkPath what is asked for, below the base URL, to see whether a credential is good; null where nothing tells
 * @param probe what is asked for to see whether it answers
 * @param style how it is asked
 * @param azure whether base URLs are those of Azure's resources
 * @param entra where tokens in place of keys come from, or null where there are none
 */
public record Provider(
        String name,
        String label,
        @Nullable BaseUrl baseUrl,
        String variable,
        List<String> aliases,
        String pricedAs,
        boolean needsCredential,
        @Nullable String checkPath,
        Probed probe,
        ApiStyle style,
        boolean azure,
        @Nullable Entra entra) {
    /**
     * Something that costs nothing.
     *
     * @param method {@code GET}, whose status tells of the credential, too, or {@code HEAD}, which just shows that somebody
     *     answers
     * @param path below the base URL
     */
    public record Probed(HttpMethod method, String path) {
        /** Where nothing tells more. */
        public static final Probed BASE_URL = new Probed(HttpMethod.HEAD, "/");

        boolean tellsOfCredential() {
            return method.equals(HttpMethod.GET);
        }
    }

    /**
     * Microsoft Entra ID.
     *
     * @param tokenUrl with {@code {tenant}} in the tenant's place
     */
    public record Entra(String tokenUrl, String scope) {}

    /**
     * Reads the base URL of an account. {@code /v1} is added where it names no version, unless the provider's own has
     * none either. Of Azure the resource is enough.
     *
     * @param byDeployments whether models are addressed by paths
     */
    public BaseUrl baseUrl(String text, boolean byDeployments) {
        if (azure) {
            BaseUrl given = BaseUrl.exact(text);
            String prefix = given.prefix().replaceFirst("/openai(/v1)?$", "");
            return given.withPrefix(prefix + (byDeployments ? "/openai" : "/openai/v1"));
        }
        return baseUrl != null && !baseUrl.hasVersion() ? BaseUrl.exact(text) : BaseUrl.parse(text);
    }

    boolean isCalled(String asked) {
        return name.equals(asked) || aliases.contains(asked);
    }
}
