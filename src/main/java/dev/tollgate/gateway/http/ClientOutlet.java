package dev.tollgate.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** The way to one client. */
final class ClientOutlet implements Outlet {
    private final HttpServerResponse response;

    ClientOutlet(HttpServerResponse response) {
        this.response = response;
    }

    @Override
    public void begin(@Nullable String length) {
        if (length != null) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        } else {
            response.setChunked(true);
        }
    }

    @Override
    public void write(Buffer bytes) {
        response.write(bytes);
    }

    @Override
    public boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable action) {
        response.drainHandler(_ -> action.run());
    }

    @Override
    public void end(Buffer rest) {
        response.end(rest);
    }

    @Override
    public void breakOff() {
        response.reset();
    }

    @Override
    public void onFailure(Runnable action) {
        response.exceptionHandler(_ -> action.run());
    }
}
