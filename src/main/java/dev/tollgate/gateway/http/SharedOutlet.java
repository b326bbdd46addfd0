package dev.tollgate.gateway.http;

import dev.tollgate.cache.inflight.Ending;
import dev.tollgate.cache.inflight.Seat;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** The way to all who share a call. */
public final class SharedOutlet implements Outlet {
    private final Seat<?> leader;
    private final Flow call;
    private @Nullable Runnable onDrain;

    /**
     * @param leader of the one who makes the call
     * @param call what comes here
     */
    public SharedOutlet(Seat<?> leader, Flow call) {
        this.leader = leader;
        this.call = call;
    }

    @Override
    public void begin(@Nullable String length) {} // each who listens has a frame of their own

    @Override
    public void write(Buffer bytes) {
        leader.add(bytes.getBytes());
    }

    @Override
    public boolean isFull() {
        return leader.isFull();
    }

    @Override
    public void onDrain(Runnable action) {
        onDrain = action;
    }

    /** To be called when those who listen take more again. */
    public void resume() {
        Runnable action = onDrain;
        onDrain = null;
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void end(Buffer rest) {
        if (rest.length() > 0) {
            write(rest);
        }
        leader.end(call.ended().result() == Flow.End.COMPLETE ? Ending.COMPLETE : Ending.CUT_OFF);
    }

    @Override
    public void breakOff() {
        leader.end(Ending.BROKEN_OFF);
    }

    @Override
    public void onFailure(Runnable action) {} // who goes away leaves their seat, and the call with the last of them
}
