package dev.tollgate.provider.simulated;

import dev.tollgate.provider.simulated.Answer.Piece;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends an answer piece by piece: no faster than the client reads, with the wished pause between pieces, and with the
 * wished fault in the middle. Without a pause, pieces share a write of up to 4 KiB. A piece is billed when it is
 * written.
 */
final class Pump {
    private static final int WRITE_BYTES = 4096;

    private final Delivery delivery;
    private final HttpServerResponse response;
    private final Answer.Pieces answer;
    private final Wishes wishes;
    private final boolean gzips;
    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private @Nullable GZIPOutputStream gzip;
    private Iterator<Piece> pieces;
    private int sent;
    private boolean faulty;

    Pump(Delivery delivery, HttpServerResponse response, Answer.Pieces answer, Wishes wishes, boolean acceptsGzip) {
        this.delivery = delivery;
        this.response = response;
        this.answer = answer;
        this.wishes = wishes;
        this.pieces = answer.pieces();
        this.gzips = acceptsGzip && wishes.has(Fault.GZIP_STREAM);
        this.faulty = wishes.faults().stream().anyMatch(fault -> switch (fault) {
            case MALFORMED, TRUNCATE, RESET_MIDSTREAM, STALL_MIDSTREAM, EARLY_DONE, ERROR_EVENT -> true;
            default -> false;
        });
    }

    void start() {
        delivery.billRequest(answer.model());
        if (wishes.has(Fault.SLOW_HEADERS)) {
            Buffer body = Buffer.buffer();
            collect().forEach(piece -> {
                delivery.bill(answer.model(), piece.bill());
                body.appendBuffer(piece.bytes());
            });
            delivery.trickle(body);
            return;
        }
        if (gzips) {
            response.putHeader("content-encoding", "gzip");
        }
        if (wishes.has(Fault.CONTENT_LENGTH_STREAM)) {
            List<Piece> all = collect();
            int length = all.stream().mapToInt(piece -> piece.bytes().length()).sum();
            response.putHeader("content-length", Integer.toString(length));
            pieces = all.iterator();
        } else {
            response.setChunked(true);
        }
        run();
    }

    private List<Piece> collect() {
        List<Piece> all = new ArrayList<>();
        pieces.forEachRemaining(all::add);
        return all;
    }

    private void run() {
        Buffer batch = Buffer.buffer();
        while (!delivery.finished()) {
            boolean more = pieces.hasNext();
            if (faulty && (sent >= wishes.after() || !more)) {
                faulty = false;
                write(batch);
                batch = Buffer.buffer();
                if (misbehave()) {
                    return;
                }
            } else if (!more) {
                end(batch);
                return;
            } else {
                Piece piece = pieces.next();
                delivery.bill(answer.model(), piece.bill());
                batch.appendBuffer(piece.bytes());
                sent++;
                if (wishes.chunkMillis() > 0 || batch.length() >= WRITE_BYTES) {
                    write(batch);
                    batch = Buffer.buffer();
                    if (mustWait()) {
                        return;
                    }
                }
            }
        }
    }

    /** Whether to stop for now, because of the wished pause or of a slow client; then it goes on by itself. */
    private boolean mustWait() {
        if (wishes.chunkMillis() > 0) {
            delivery.later(wishes.chunkMillis(), this::runWhenDrained);
            return true;
        }
        if (response.writeQueueFull()) {
            runWhenDrained();
            return true;
        }
        return false;
    }

    private void runWhenDrained() {
        if (response.writeQueueFull()) {
            response.drainHandler(_ -> {
                response.drainHandler(null);
                run();
            });
        } else {
            run();
        }
    }

    /** Does what goes wrong in the middle; answers whether that was the end. */
    private boolean misbehave() {
        Sse sse = answer.sse();
        if (wishes.has(Fault.MALFORMED)) {
            write(sse == null ? Buffer.buffer() : sse.malformed());
            return false;
        }
        if (wishes.has(Fault.EARLY_DONE)) {
            end(sse == null ? Buffer.buffer() : sse.done());
        } else if (wishes.has(Fault.ERROR_EVENT)) {
            end(sse == null ? Buffer.buffer() : sse.error());
        } else {
            delivery.breakOff();
        }
        return true;
    }

    private void write(Buffer bytes) {
        if (bytes.length() > 0) {
            response.write(gzips ? compressed(bytes, false) : bytes);
        }
    }

    private void end(Buffer bytes) {
        response.end(gzips ? compressed(bytes, true) : bytes);
    }

    private Buffer compressed(Buffer bytes, boolean last) {
        try {
            GZIPOutputStream out = gzip;
            if (out == null) {
                out = new GZIPOutputStream(compressed, 512, /* syncFlush= */ true);
                gzip = out;
            }
            out.write(bytes.getBytes());
            out.flush();
            if (last) {
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Buffer result = Buffer.buffer(compressed.toByteArray());
        compressed.reset();
        return result;
    }
}
