package dev.tollgate.gateway.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Where an answer goes that comes bit by bit. Used on one event loop. */
public interface Outlet {
    /**
     * To be called once, first.
     *
     * @param length of what follows, as a header says it, or null where that is not known
     */
    void begin(@Nullable String length);

    void write(Buffer bytes);

    /** Whether to wait with more. */
    boolean isFull();

    /** Does something once, when it is not full any more. */
    void onDrain(Runnable action);

    /** The last of it. */
    void end(Buffer rest);

    /** Ends it so that it can't be taken for complete. */
    void breakOff();

    /** Does something when nobody takes anything any more. */
    void onFailure(Runnable action);
}
