package dev.tollgate.cache.warming;

import dev.tollgate.cache.warming.Asker.Request;
import dev.tollgate.cache.warming.Asker.Told;
import dev.tollgate.kernel.Money;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests one after the other, so that their answers are cached, until what they cost has reached a budget: the last
 * one may go beyond it. Safe for threads.
 */
public final class Warming {
    private final String id;
    private final String organizationId;
    private final String key;
    private final Money budget;
    private final int requests;
    private final Iterator<Request> left;
    private final Asker asker;
    private final InstantSource clock;
    private final Instant startedAt;

    // Guarded by this.
    private State state = State.RUNNING;
    private Money spent = Money.ZERO;
    private int stored;
    private int known;
    private int uncacheable;
    private int failed;
    private @Nullable Instant endedAt;

    /** How it stands. */
    public enum State {
        RUNNING,
        /** All requests were sent. */
        DONE,
        /** The budget was reached before all were. */
        OUT_OF_BUDGET,
        /** Somebody ended it. */
        STOPPED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How far it has come.
     *
     * @param stored answers that were asked of a provider and may be cached now
     * @param known answers that were cached before
     * @param uncacheable requests whose answers are never cached
     * @param failed requests without a good answer
     */
    public record Progress(
            State state,
            int requests,
            int stored,
            int known,
            int uncacheable,
            int failed,
            Money spent,
            Money budget,
            Instant startedAt,
            @Nullable Instant endedAt) {}

    /** @param key of the API, in whose scope answers are cached, and who pays for them */
    public Warming(
            String id,
            String organizationId,
            String key,
            List<Request> requests,
            Money budget,
            Asker asker,
            InstantSource clock) {
        this.id = id;
        this.organizationId = organizationId;
        this.key = key;
        this.budget = budget;
        this.requests = requests.size();
        this.left = List.copyOf(requests).iterator();
        this.asker = asker;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    public String id() {
        return id;
    }

    public String organizationId() {
        return organizationId;
    }

    /** Sends the next request, and when it is answered the one after it. */
    void goOn() {
        Request next = next();
        if (next != null) {
            asker.ask(key, next).onComplete(asked -> {
                count(asked.succeeded() ? asked.result() : null);
                goOn();
            });
        }
    }

    private synchronized @Nullable Request next() {
        if (state != State.RUNNING) {
            return null;
        }
        if (!left.hasNext()) {
            end(State.DONE);
            return null;
        }
        if (spent.compareTo(budget) >= 0) {
            end(State.OUT_OF_BUDGET);
            return null;
        }
        return left.next();
    }

    private synchronized void count(@Nullable Told told) {
        if (told == null || !told.isGood()) {
            failed++;
        } else if (told.cache().startsWith("hit")) {
            known++;
        } else if (told.cache().equals("miss")) {
            stored++;
        } else {
            uncacheable++;
        }
        spent = told == null ? spent : spent.plus(told.cost());
    }

    /** Sends no more. */
    public synchronized void stop() {
        if (state == State.RUNNING) {
            end(State.STOPPED);
        }
    }

    private synchronized void end(State how) {
        state = how;
        endedAt = clock.instant();
    }

    public synchronized Progress progress() {
        return new Progress(state, requests, stored, known, uncacheable, failed, spent, budget, startedAt, endedAt);
    }
}
