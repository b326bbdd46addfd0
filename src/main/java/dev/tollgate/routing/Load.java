package dev.tollgate.routing;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How busy a place is, and whether it works: the requests under way there, how long answers take to begin, and whether too
 * many fail. Safe for threads.
 *
 * <p>The delay is a moving average that takes in a longer one at once and forgets it slowly (peak EWMA, as Finagle
 * balances by): a place that stalls is avoided after its first stall, and tried again when that has faded.
 */
public final class Load {
    private static final double FADE_NANOS = 10e9;

    private final AtomicInteger underWay = new AtomicInteger();
    private final Breaker breaker = new Breaker();
    private double delay;
    private long seenNanos;

    /** What comes of a request that wants to go to a place. */
    public enum Entry {
        /** It goes there; {@link Load#ended} says when that is over. */
        BEGUN,
        /** Too much has failed there. */
        SHUT,
        /** As many requests are under way there as may be. */
        FULL
    }

    /**
     * A request wants to go there.
     *
     * @param most requests that may be under way there at once
     */
    public Entry tryBegin(long nowNanos, int most) {
        if (underWay.incrementAndGet() > most) {
            underWay.decrementAndGet();
            return Entry.FULL;
        }
        if (!breaker.tryBegin(nowNanos)) {
            underWay.decrementAndGet();
            return Entry.SHUT;
        }
        return Entry.BEGUN;
    }

    /** The same of a place where requests go that have no other, whether calls fail there or not. */
    public boolean tryEnter(int most) {
        if (underWay.incrementAndGet() > most) {
            underWay.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Whether so much failed there that nothing is to be sent for a while. */
    public boolean isShut(long nowNanos) {
        return breaker.isShut(nowNanos);
    }

    /** Nanoseconds until requests may try again; 0 where they may, or some are trying. */
    public long opensIn(long nowNanos) {
        return breaker.opensIn(nowNanos);
    }

    /** An answer came that says that the place works, whatever else it says. */
    public void succeeded() {
        breaker.succeeded();
    }

    /** Nothing was learned of the place, as the request did not go there after all. */
    public void unknown(long nowNanos) {
        breaker.unknown(nowNanos);
    }

    /** @param jitter 0 to before 1, by which replicas don't come back all at the same time */
    public void failed(long nowNanos, double jitter) {
        breaker.failed(nowNanos, jitter);
    }

    /** The place has asked for a pause; a minute at most is granted. */
    public void pause(long nowNanos, long nanos) {
        breaker.pause(nowNanos, nanos);
    }

    /** Its answer has begun, or it has failed, after so long. */
    public synchronized void seen(long delayNanos, long nowNanos) {
        double faded = faded(nowNanos);
        double share = share(nowNanos);
        delay = delayNanos > faded ? delayNanos : delay * share + delayNanos * (1 - share);
        seenNanos = nowNanos;
    }

    /** It is over. */
    public void ended() {
        underWay.decrementAndGet();
    }

    public int underWay() {
        return underWay.get();
    }

    /** Nanoseconds that the next answer will take to begin, as it looks; 0 of a place of which nothing is known. */
    public synchronized long delay(long nowNanos) {
        return (long) (faded(nowNanos) * (underWay.get() + 1));
    }

    /** Nanoseconds that answers have taken to begin of late; 0 of a place of which nothing is known. */
    public synchronized long usualDelay(long nowNanos) {
        return (long) faded(nowNanos);
    }

    private double faded(long nowNanos) {
        return delay * share(nowNanos);
    }

    private double share(long nowNanos) {
        return Math.exp(-Math.max(0, nowNanos - seenNanos) / FADE_NANOS);
    }
}
