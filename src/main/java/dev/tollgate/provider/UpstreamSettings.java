package dev.tollgate.provider;

import java.time.Duration;
import java.util.Optional;

/**
 * How providers are reached.
 *
 * @param connectionsMax connections to one provider from one event loop; requests beyond it wait
 * @param proxy an HTTP proxy that requests go through
 * @param trustedCertificates a PEM file of authorities trusted beside the system's
 * @param clientCertificate a PEM file shown to providers, with its key
 */
public record UpstreamSettings(
        Duration connectTimeout,
        Duration firstByteTimeout,
        Duration idleTimeout,
        int connectionsMax,
        Optional<Proxy> proxy,
        Optional<String> trustedCertificates,
        Optional<ClientCertificate> clientCertificate) {
    public record Proxy(String host, int port, Optional<String> user, Optional<String> password) {}

    public record ClientCertificate(String certificateFile, String keyFile) {}
}
