package dev.tollgate.gateway.edge;

import java.time.Duration;
import java.util.Optional;

/**
 * How the gateway listens.
 *
 * @param port 0 for any free one
 * @param bodyBytesMax the largest request body, also after decompression
 * @param bodyPatience how long to wait for the next bytes of a body
 * @param keepAlive how long a connection may be without a request, and a request without its head
 * @param tls the certificate to serve HTTPS with
 */
public record ServerSettings(
        String host, int port, int bodyBytesMax, Duration bodyPatience, Duration keepAlive, Optional<Tls> tls) {
    /** PEM files. */
    public record Tls(String certificateFile, String keyFile) {}
}
