package dev.tollgate.cache.inflight;

/**
 * A request that has a {@link Seat} in a shared call, as the call sees it. All but {@link #execute} is called by tasks that
 * were given to that, one at a time and in their order.
 *
 * @param <H> what is known of an answer when it begins
 */
public interface Party<H> {
    /** Runs a task on the request's own thread, after those before it and never at once. Does not block. */
    void execute(Runnable task);

    /** Whoever made the call came to nothing: now it is this request's turn to make it, and to pay for it. */
    void lead();

    /** Nobody's call could be shared: it goes on as if there were no others, and has no seat any more. */
    void goAlone();

    /** The answer has begun, or is here as a whole. */
    void begin(H head);

    /** There is more of the answer to read, or its end. */
    void wake();

    /** It was too far behind for what it has not read to be kept any longer, and has no seat any more. */
    void fallBehind();

    /** To the one who leads: those who listen take more again. */
    void resume();

    /** To the one who leads, and has left already: the last one who listened has left, too. */
    void abandon();
}
