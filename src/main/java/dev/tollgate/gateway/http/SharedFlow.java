package dev.tollgate.gateway.http;

import dev.tollgate.cache.inflight.Ending;
import dev.tollgate.cache.inflight.Seat;
import dev.tollgate.kernel.ProblemCode;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** An answer that others share, on its way to one client: what has come, then the rest, as fast as the client takes it. */
public final class SharedFlow implements Flow {
    /** How an answer can say in the middle of it that it ends before its time. */
    public enum Form {
        EVENTS,
        TYPED_EVENTS,
        /** It can't, and breaks off. */
        OPAQUE
    }

    private final Seat<?> seat;
    private final Form form;
    private final Deadlines deadlines;
    private final long idleNanos;
    private final IntConsumer onSent;
    private final Promise<End> ended = Promise.promise();
    private @Nullable HttpServerResponse response;
    private Deadlines.@Nullable Deadline patience;

    /**
     * @param seat of the client's request
     * @param idleNanos how long the client may take nothing
     * @param onSent is told how many bytes have gone to the client
     */
    public SharedFlow(Seat<?> seat, Form form, Deadlines deadlines, long idleNanos, IntConsumer onSent) {
        this.seat = seat;
        this.form = form;
        this.deadlines = deadlines;
        this.idleNanos = idleNanos;
        this.onSent = onSent;
    }

    @Override
    public void sendTo(HttpServerResponse client) {
        if (!isOpen()) {
            client.reset();
            return;
        }
        response = client;
        client.setChunked(true);
        wake();
    }

    /** Sends on what there is to read. To be called when there is more. */
    public void wake() {
        HttpServerResponse client = response;
        while (client != null && isOpen()) {
            if (client.writeQueueFull()) {
                seat.stall();
                waitFor(client);
                return;
            }
            byte[] next = seat.read();
            if (next == null) {
                endIfOver(client);
                return;
            }
            onSent.accept(next.length);
            client.write(Buffer.buffer(Unpooled.wrappedBuffer(next)));
        }
    }

    private void waitFor(HttpServerResponse client) {
        if (patience == null) {
            patience = deadlines.in(idleNanos, this::giveUp);
        }
        client.drainHandler(_ -> {
            stopWaiting();
            wake();
        });
    }

    private void stopWaiting() {
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
    }

    private void giveUp() {
        HttpServerResponse client = response;
        clientGone();
        if (client != null) {
            client.reset();
        }
    }

    private void endIfOver(HttpServerResponse client) {
        Ending ending = seat.ending();
        if (ending != null && end(ending == Ending.COMPLETE ? End.COMPLETE : End.CUT_OFF)) {
            if (ending == Ending.BROKEN_OFF) {
                client.reset();
            } else {
                client.end();
            }
        }
    }

    /** Ends it before its time, and tells the client why as far as that can be told in the middle of an answer. */
    public void breakOff(ProblemCode code) {
        if (end(End.CUT_OFF) && response != null) {
            if (form == Form.OPAQUE) {
                response.reset();
            } else {
                response.end(ErrorEvent.of(code, form == Form.TYPED_EVENTS));
            }
        }
    }

    @Override
    public void clientGone() {
        end(End.CLIENT_GONE);
    }

    @Override
    public Future<End> ended() {
        return ended.future();
    }

    private boolean isOpen() {
        return !ended.future().isComplete();
    }

    private boolean end(End how) {
        stopWaiting();
        seat.leave();
        return ended.tryComplete(how);
    }
}
