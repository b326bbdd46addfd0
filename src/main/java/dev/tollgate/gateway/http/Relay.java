package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is on its way from a provider and goes on as it comes, no faster than the client takes it. Used on one
 * event loop.
 */
public abstract class Relay implements Flow {
    private final Answer answer;
    private final boolean isReadToItsEnd;
    private final Deadlines deadlines;
    private final long idleNanos;
    private final Consumer<Buffer> seen;
    private final Promise<End> ended = Promise.promise();
    private Deadlines.Deadline deadline;
    private @Nullable Outlet outlet;
    private boolean clientGone;

    /**
     * @param answer the provider's answer, paused
     * @param isReadToItsEnd whether it is read also when nobody takes it any more, because it says last what it costs
     * @param deadlines where the pauses of the answer are watched
     * @param idleNanos how long a pause may last
     * @param seen is told of what came
     */
    Relay(Answer answer, boolean isReadToItsEnd, Deadlines deadlines, long idleNanos, Consumer<Buffer> seen) {
        this.answer = answer;
        this.isReadToItsEnd = isReadToItsEnd;
        this.deadlines = deadlines;
        this.idleNanos = idleNanos;
        this.seen = seen;
        this.deadline = deadlines.in(idleNanos, this::expired);
    }

    @Override
    public final void sendTo(HttpServerResponse response) {
        sendTo(new ClientOutlet(response));
    }

    /** Sends everything on to where it is wanted. Called once, in place of the other. */
    public final void sendTo(Outlet outlet) {
        if (clientGone || !isOpen()) {
            outlet.breakOff();
            return;
        }
        this.outlet = outlet;
        outlet.onFailure(this::clientGone);
        begin(answer, outlet);
        read();
    }

    private void read() {
        answer.read(
                chunk -> {
                    if (isOpen()) {
                        deadline.postpone(idleNanos);
                        seen.accept(chunk);
                        taker().ifPresent(out -> relay(chunk, out));
                    }
                },
                () -> {
                    if (end(clientGone ? End.CLIENT_GONE : End.COMPLETE)) {
                        taker().ifPresent(this::complete);
                    }
                },
                () -> breakOff(ProblemCode.UPSTREAM_CUT_OFF));
        answer.response().resume();
    }

    /** The client's side, as long as somebody is there. */
    private Optional<Outlet> taker() {
        return clientGone ? Optional.empty() : Optional.ofNullable(outlet);
    }

    @Override
    public final Future<End> ended() {
        return ended.future();
    }

    /** Goes on for the sake of the cost alone, or gives up. */
    @Override
    public final void clientGone() {
        if (clientGone || !isOpen()) {
            return;
        }
        clientGone = true;
        if (!isReadToItsEnd) {
            end(End.CLIENT_GONE);
            answer.response().request().reset();
            return;
        }
        deadline.cancel();
        deadline = deadlines.in(idleNanos, this::expired);
        if (outlet == null) {
            read();
        } else {
            answer.response().resume();
        }
    }

    /** Sets up the response's framing. */
    abstract void begin(Answer answer, Outlet outlet);

    /** Sends on what has come. */
    abstract void relay(Buffer chunk, Outlet outlet);

    /** Ends the response well. */
    abstract void complete(Outlet outlet);

    /** Ends the response so that the client can tell that it isn't complete. */
    abstract void cutOff(Outlet outlet, ProblemCode code);

    final boolean isOpen() {
        return !ended.future().isComplete();
    }

    /** Writes, and stops reading from the provider while the client is behind. */
    final void write(Outlet outlet, Buffer bytes) {
        outlet.write(bytes);
        if (outlet.isFull()) {
            answer.response().pause();
            outlet.onDrain(() -> answer.response().resume());
        }
    }

    private void expired() {
        Outlet out = taker().orElse(null);
        if (out != null && out.isFull()) {
            clientGone();
            out.breakOff();
        } else {
            breakOff(ProblemCode.UPSTREAM_TIMEOUT);
        }
    }

    /** Ends it before its time, and tells the client why as far as that can be told in the middle of an answer. */
    public final void breakOff(ProblemCode code) {
        if (end(End.CUT_OFF)) {
            answer.response().request().reset();
            taker().ifPresent(out -> cutOff(out, code));
        }
    }

    private boolean end(End how) {
        deadline.cancel();
        return ended.tryComplete(how);
    }
}
