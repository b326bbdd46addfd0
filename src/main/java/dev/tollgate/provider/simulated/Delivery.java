package dev.tollgate.provider.simulated;

import dev.tollgate.kernel.Usage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Sends one answer, with the delays and faults that the request asked for, and bills what goes out. It lives on the
 * event loop of its connection.
 */
final class Delivery {
    private static final int SLOW_HEADER_MILLIS = 20;
    private static final int SLOW_HEADER_BYTES = 64;
    private static final int HUGE_HEADER_BYTES = 64 * 1024;
    /** Lets what was written reach the client before a reset discards it. */
    private static final int BEFORE_RESET_MILLIS = 20;

    private final Vertx vertx;
    private final ChargeBook charges;
    private final HttpServerResponse response;
    private final Wire wire;
    private final boolean acceptsGzip;
    private Wishes wishes = Wishes.NONE;
    private boolean finished;

    /** Counts the request as open until it is answered or given up. */
    Delivery(Vertx vertx, ChargeBook charges, HttpServerRequest request) {
        this.vertx = vertx;
        this.charges = charges;
        this.response = request.response();
        this.wire = new Wire(request.connection());
        String encodings = request.getHeader("accept-encoding");
        this.acceptsGzip = encodings != null && encodings.contains("gzip");
        charges.opened();
        response.endHandler(_ -> finish(!response.ended()));
        response.closeHandler(_ -> finish(!response.ended()));
        response.exceptionHandler(_ -> {});
    }

    /** Answers, once the wished latency is over. Headers that hold for every answer are set before. */
    void send(Answer answer, Wishes wished) {
        wishes = wished;
        if (wishes.latencyMillis() > 0) {
            later(wishes.latencyMillis(), () -> start(answer));
        } else {
            start(answer);
        }
    }

    private void start(Answer answer) {
        if (finished) {
            return;
        }
        if (wishes.has(Fault.RESET)) {
            reset();
        } else if (!wishes.has(Fault.STALL)) {
            switch (answer) {
                case Answer.Whole whole -> whole(whole);
                case Answer.Pieces pieces -> pieces(pieces);
            }
        }
    }

    private void whole(Answer.Whole whole) {
        if (!whole.model().isEmpty()) {
            billRequest(whole.model());
            bill(whole.model(), whole.bill());
        }
        Buffer body = whole.body();
        if (wishes.has(Fault.MALFORMED)) {
            body = body.getBuffer(0, body.length() / 2);
        }
        if (acceptsGzip && body.length() > 0) {
            body = gzip(body);
            response.putHeader("content-encoding", "gzip");
        }
        head(whole.status(), whole.contentType());
        if (wishes.has(Fault.SLOW_HEADERS)) {
            response.putHeader("content-length", Integer.toString(body.length()));
            trickle(body);
            return;
        }
        boolean part =
                wishes.has(Fault.TRUNCATE) || wishes.has(Fault.RESET_MIDSTREAM) || wishes.has(Fault.STALL_MIDSTREAM);
        if (!part) {
            response.end(body);
            return;
        }
        response.putHeader("content-length", Integer.toString(body.length()));
        response.write(body.getBuffer(0, body.length() / 2));
        breakOff();
    }

    private void pieces(Answer.Pieces pieces) {
        head(200, pieces.contentType());
        new Pump(this, response, pieces, wishes, acceptsGzip).start();
    }

    private void head(int status, String contentType) {
        response.setStatusCode(status)
                .putHeader("content-type", wishes.has(Fault.WRONG_CONTENT_TYPE) ? "text/plain" : contentType);
        if (wishes.has(Fault.HUGE_HEADERS)) {
            response.putHeader("x-simulated-huge", "x".repeat(HUGE_HEADER_BYTES));
        }
    }

    /** Ends an answer that is under way as the wished fault does; a stall is just silence. */
    void breakOff() {
        if (wishes.has(Fault.RESET_MIDSTREAM)) {
            later(BEFORE_RESET_MILLIS, this::reset);
        } else if (wishes.has(Fault.TRUNCATE)) {
            finish(false);
            response.write(Buffer.buffer()).onComplete(_ -> wire.close());
        }
    }

    /** Sends the status line and the headers bit by bit, then a body, and closes the connection. */
    void trickle(Buffer body) {
        response.putHeader("connection", "close");
        StringBuilder head = new StringBuilder("HTTP/1.1 ")
                .append(response.getStatusCode())
                .append(' ')
                .append(response.getStatusMessage())
                .append("\r\n");
        for (Map.Entry<String, String> header : response.headers()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        trickle(head.append("\r\n").toString(), 0, body);
    }

    private void trickle(String head, int start, Buffer body) {
        if (start < head.length()) {
            wire.write(head.substring(start, Math.min(head.length(), start + SLOW_HEADER_BYTES)));
            later(SLOW_HEADER_MILLIS, () -> trickle(head, start + SLOW_HEADER_BYTES, body));
        } else {
            finish(false);
            wire.write(body);
            wire.close();
        }
    }

    void billRequest(String model) {
        charges.billRequest(model, wishes.tag());
    }

    void bill(String model, Usage usage) {
        if (!usage.isNone()) {
            charges.bill(model, wishes.tag(), usage);
        }
    }

    boolean finished() {
        return finished;
    }

    /** Runs something after a while, unless the exchange is over by then. */
    void later(long millis, Runnable action) {
        vertx.setTimer(millis, _ -> {
            if (!finished) {
                action.run();
            }
        });
    }

    private void reset() {
        finish(false);
        wire.reset();
    }

    private void finish(boolean byClient) {
        if (!finished) {
            finished = true;
            charges.closed(byClient);
        }
    }

    private static Buffer gzip(Buffer body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length() / 2 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }
}
