package dev.tollgate.provider;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * Where a provider's API is found.
 *
 * @param prefix the path before {@code /chat/completions}, such as {@code /v1}; without a slash at its end
 */
public record BaseUrl(boolean tls, String host, int port, String prefix) {
    private static final int PORT_MAX = 65_535;
    private static final Pattern VERSION = Pattern.compile("/v\\d[^/]*(/|$)");

    /** Reads a base URL with or without {@code /v1}; a path that names a version of its own is left as it is. */
    public static BaseUrl parse(String text) {
        BaseUrl exact = exact(text);
        return exact.hasVersion() ? exact : exact.withPrefix(exact.prefix + "/v1");
    }

    /** Reads a base URL to whose path nothing is added. */
    public static BaseUrl exact(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException _) {
            throw invalid(text);
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        boolean known = tls || "http".equalsIgnoreCase(uri.getScheme());
        boolean plain = uri.getUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (!known || !plain || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > PORT_MAX) {
            throw invalid(text);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        return new BaseUrl(tls, uri.getHost(), port, path);
    }

    /** Whether its path names a version of the API. */
    public boolean hasVersion() {
        return VERSION.matcher(prefix).find();
    }

    /** The same place with another path. */
    BaseUrl withPrefix(String other) {
        return new BaseUrl(tls, host, port, other);
    }

    /** The host, without the brackets of an address of IPv6. */
    String hostName() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** The {@code host} header. */
    public String authority() {
        return port == (tls ? 443 : 80) ? host : host + ":" + port;
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + authority() + prefix;
    }

    /** Says what was given, but for credentials in it. */
    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("base URL: " + text.replaceAll("//[^/]*@", "//…@")
                + " (expected: http or https, a host and a path, such as https://api.openai.com/v1)");
    }
}
