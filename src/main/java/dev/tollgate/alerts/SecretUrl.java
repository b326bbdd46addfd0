package dev.tollgate.alerts;

import java.net.URI;
import java.net.URISyntaxException;

/** The URL of somebody's receiver. Who knows it may send to it, so that only its host is ever shown. */
public final class SecretUrl {
    private static final int LENGTH_MAX = 2_048;
    private static final int PORT_MAX = 65_535;

    private final URI uri;

    private SecretUrl(URI uri) {
        this.uri = uri;
    }

    /**
     * Reads a URL: https, or http for receivers in trusted networks, with a host and without credentials. Fails with an
     * {@link IllegalArgumentException} that does not quote it.
     */
    public static SecretUrl parse(String text) {
        try {
            URI uri = new URI(text);
            boolean known = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            boolean plain = uri.getRawUserInfo() == null && uri.getRawFragment() == null;
            if (known
                    && plain
                    && uri.getHost() != null
                    && uri.getPort() != 0
                    && uri.getPort() <= PORT_MAX
                    && text.length() <= LENGTH_MAX) {
                return new SecretUrl(uri);
            }
        } catch (URISyntaxException e) {
            // told below, without the text
        }
        throw new IllegalArgumentException("expected: https, a host and a path, up to " + LENGTH_MAX
                + " characters, without user or fragment: https://example.com/hook");
    }

    public boolean isTls() {
        return "https".equalsIgnoreCase(uri.getScheme());
    }

    /** The host, without the brackets of an address of IPv6. */
    public String host() {
        String host = uri.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    public int port() {
        return uri.getPort() >= 0 ? uri.getPort() : isTls() ? 443 : 80;
    }

    /** Host and port, as the header {@code host} has them. */
    String authority() {
        return uri.getRawAuthority();
    }

    /** Path and query, as they are asked for. */
    public String target() {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    /** The URL itself, to be stored. */
    public String reveal() {
        return uri.toString();
    }

    /** The text without what is secret in it, wherever a receiver repeats it. */
    String hiddenIn(String text) {
        String shown = text.replace(uri.toString(), "…");
        return target().length() > 1 ? shown.replace(target(), "…") : shown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretUrl url && url.uri.equals(uri);
    }

    @Override
    public int hashCode() {
        return uri.hashCode();
    }

    /** The host alone. */
    @Override
    public String toString() {
        return host();
    }
}
