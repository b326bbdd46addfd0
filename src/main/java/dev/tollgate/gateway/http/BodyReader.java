package dev.tollgate.gateway.http;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/** Reads bodies of requests: bounded in size, also after decompression, and in time. */
public final class BodyReader {
    private static final Buffer EMPTY = Buffer.buffer();

    private final Vertx vertx;
    private final int bytesMax;
    private final Duration patience;

    /**
     * @param bytesMax the largest body, before and after decompression
     * @param patience how long to wait for the next bytes of a body
     */
    public BodyReader(Vertx vertx, int bytesMax, Duration patience) {
        this.vertx = vertx;
        this.bytesMax = bytesMax;
        this.patience = patience;
    }

    /** Everything that the client sends. */
    public Future<Buffer> read(HttpServerRequest request, Deadlines deadlines) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null && request.isEnded()) {
            return Future.succeededFuture(EMPTY);
        }
        if (length != null && isTooLong(length)) {
            return Future.failedFuture(tooLarge());
        }
        String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        Future<Buffer> received = receive(request, deadlines);
        return encoding == null || encoding.equalsIgnoreCase("identity")
                ? received
                : received.compose(body -> decompress(encoding, body));
    }

    private boolean isTooLong(String length) {
        try {
            return Long.parseLong(length) > bytesMax;
        } catch (NumberFormatException e) {
            return true;
        }
    }

    private Future<Buffer> receive(HttpServerRequest request, Deadlines deadlines) {
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        Receiver receiver = new Receiver(deadlines);
        request.handler(receiver::add);
        request.endHandler(_ -> receiver.end());
        request.exceptionHandler(_ -> receiver.fail(brokenOff()));
        return receiver.body.future();
    }

    private final class Receiver {
        final Promise<Buffer> body = Promise.promise();
        private final Deadlines.Deadline deadline;
        private final Joined received = new Joined();

        Receiver(Deadlines deadlines) {
            this.deadline = deadlines.in(patience.toNanos(), this::tooSlow);
        }

        void add(Buffer chunk) {
            if (body.future().isComplete()) {
                return;
            }
            deadline.postpone(patience.toNanos());
            if (received.length() + (long) chunk.length() > bytesMax) {
                fail(tooLarge());
            } else {
                received.add(chunk);
            }
        }

        void end() {
            deadline.cancel();
            body.tryComplete(received.buffer());
        }

        void fail(Throwable failure) {
            deadline.cancel();
            body.tryFail(failure);
        }

        private void tooSlow() {
            fail(new Problem(
                    ProblemCode.REQUEST_TIMEOUT,
                    "No byte of the body came for " + patience.toSeconds() + " s (expected: a body without a pause)."));
        }
    }

    /** Off the event loop, because a small body may become a large one. */
    private Future<Buffer> decompress(String encoding, Buffer body) {
        return vertx.executeBlocking(
                () -> {
                    try (InputStream in = inflating(encoding, new ByteArrayInputStream(body.getBytes()))) {
                        byte[] plain = in.readNBytes(bytesMax + 1);
                        if (plain.length > bytesMax) {
                            throw tooLarge();
                        }
                        return Buffer.buffer(plain);
                    } catch (IOException e) {
                        throw new Problem(
                                ProblemCode.UNSUPPORTED_ENCODING, "The body is not valid " + encoding + " data.");
                    }
                },
                /* ordered= */ false);
    }

    private static InputStream inflating(String encoding, InputStream in) throws IOException {
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new GZIPInputStream(in);
            case "deflate" -> new InflaterInputStream(in);
            default ->
                throw new Problem(
                        ProblemCode.UNSUPPORTED_ENCODING,
                        "content-encoding: " + encoding + " (expected: gzip, deflate or none)");
        };
    }

    private static Problem brokenOff() {
        return new Problem(
                ProblemCode.INVALID_VALUE, "The body broke off (expected: a whole one, framed as its head says).");
    }

    private Problem tooLarge() {
        return new Problem(
                ProblemCode.REQUEST_TOO_LARGE,
                "The body is larger than " + bytesMax + " bytes (TOLLGATE_BODY_BYTES_MAX).");
    }
}
