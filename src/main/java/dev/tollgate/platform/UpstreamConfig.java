package dev.tollgate.platform;

import dev.tollgate.provider.UpstreamSettings;
import dev.tollgate.provider.UpstreamSettings.ClientCertificate;
import dev.tollgate.provider.UpstreamSettings.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Reads how providers are reached. */
final class UpstreamConfig {
    private static final int PROXY_PORT = 3128;

    private UpstreamConfig() {}

    static UpstreamSettings of(TollgateConfig config) {
        Optional<ClientCertificate> certificate = config.clientCertificate()
                .map(file -> new ClientCertificate(
                        file,
                        config.clientKey()
                                .orElseThrow(() -> new StartFailure(
                                        "TOLLGATE_CLIENT_CERTIFICATE needs TOLLGATE_CLIENT_KEY beside it."))));
        return new UpstreamSettings(
                config.connectTimeout(),
                config.firstByteTimeout(),
                config.idleTimeout(),
                config.upstreamConnections(),
                config.proxy().map(UpstreamConfig::proxy),
                config.trustedCertificates(),
                certificate);
    }

    private static Proxy proxy(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && "http".equalsIgnoreCase(uri.getScheme())) {
                String[] user = uri.getUserInfo() == null
                        ? new String[0]
                        : uri.getUserInfo().split(":", 2);
                return new Proxy(
                        uri.getHost(),
                        uri.getPort() < 0 ? PROXY_PORT : uri.getPort(),
                        user.length > 0 ? Optional.of(user[0]) : Optional.empty(),
                        user.length > 1 ? Optional.of(user[1]) : Optional.empty());
            }
        } catch (URISyntaxException e) {
            // told below, without the text, which may have a password in it
        }
        throw new StartFailure("TOLLGATE_PROXY is not a proxy's URL (expected: http://user:password@host:port)");
    }
}
