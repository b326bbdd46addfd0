package dev.tollgate.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;

/** A stream that is at hand and goes out chunk by chunk, with a pause between them. Used on one event loop. */
public final class PacedFlow implements Flow {
    private final List<Buffer> chunks;
    private final long pauseMillis;
    private final Context context;
    private final Promise<End> ended = Promise.promise();
    private int sent;

    /** @param pause at least a millisecond */
    public PacedFlow(List<Buffer> chunks, Duration pause, Context context) {
        this.chunks = chunks;
        this.pauseMillis = Math.max(1, pause.toMillis());
        this.context = context;
    }

    @Override
    public void sendTo(HttpServerResponse response) {
        if (ended.future().isComplete()) {
            response.reset();
            return;
        }
        response.exceptionHandler(_ -> clientGone());
        response.setChunked(true);
        sendNext(response);
    }

    private void sendNext(HttpServerResponse response) {
        if (ended.future().isComplete()) {
            return;
        }
        Buffer chunk = chunks.get(sent++);
        if (sent == chunks.size()) {
            response.end(chunk);
            ended.tryComplete(End.COMPLETE);
            return;
        }
        response.write(chunk);
        if (response.writeQueueFull()) {
            response.drainHandler(_ -> {
                response.drainHandler(null);
                later(response);
            });
        } else {
            later(response);
        }
    }

    private void later(HttpServerResponse response) {
        context.owner().setTimer(pauseMillis, _ -> sendNext(response));
    }

    @Override
    public Future<End> ended() {
        return ended.future();
    }

    @Override
    public void clientGone() {
        ended.tryComplete(End.CLIENT_GONE);
    }
}
