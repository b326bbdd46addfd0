package dev.tollgate.vault;

import dev.tollgate.vault.KeyService.Failure;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a key of a transit engine is.
 *
 * @param mount where the engine is mounted: {@code transit}
 */
public record TransitKey(boolean tls, String host, int port, String mount, String name) {
    private static final Pattern PATH = Pattern.compile("(?:/v1)?/([A-Za-z0-9_./-]+)/keys/([A-Za-z0-9_.-]+)");
    private static final String EXPECTED =
            "expected: a key of a transit engine, such as https://vault.example.com:8200/v1/transit/keys/tollgate";

    /** Reads the key's URL; what is not of this machine must be https, because keys and a token are on their way. */
    public static TransitKey parse(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(EXPECTED); // without the text, which may have a password in it
        }
        Matcher path = PATH.matcher(String.valueOf(url.getPath()));
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        if (url.getHost() == null
                || url.getUserInfo() != null
                || url.getQuery() != null
                || !path.matches()
                || !(tls || "http".equalsIgnoreCase(url.getScheme()))) {
            throw new IllegalArgumentException(EXPECTED);
        }
        if (!tls && !isThisMachine(url.getHost())) {
            throw new IllegalArgumentException("plain http would show the master key on its way (" + EXPECTED + ")");
        }
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        return new TransitKey(tls, url.getHost(), port, path.group(1), path.group(2));
    }

    private static boolean isThisMachine(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false; // another name
        }
    }

    String decryptPath() {
        return "/v1/" + mount + "/decrypt/" + name;
    }

    /** What an answer other than 200 means, and what to do. */
    Failure failure(int status) {
        return switch (status) {
            case 400 ->
                new Failure(
                        this
                                + " does not unwrap a master key: it was wrapped under another key, or a version of it that"
                                + " is no longer allowed (min_decryption_version)",
                        /* passing= */ false);
            case 401, 403 ->
                new Failure(
                        this + " refuses the token (" + status + "). Give one whose policy has: path \""
                                + decryptPath().substring("/v1/".length()) + "\" { capabilities = [\"update\"] }",
                        /* passing= */ false);
            case 404 -> new Failure("there is no transit engine at " + this, /* passing= */ false);
            case 503 -> new Failure(this + " is sealed, or in maintenance (503). Unseal it", /* passing= */ true);
            default -> new Failure(this + " answered " + status, status == 429 || status >= 500);
        };
    }

    @Override
    public String toString() {
        return (tls ? "https://" : "http://") + host + ":" + port + "/v1/" + mount + "/keys/" + name;
    }
}
