package dev.tollgate.cache.warming;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The latest warmings of this process. They end with it. Safe for threads. */
public final class Warmings {
    private static final int RUNNING_MAX = 4;
    private static final int KEPT = 100;

    private final Map<String, Warming> all = new LinkedHashMap<>();

    /** Fails with {@code in_progress} where so many run that no other one should begin. */
    public synchronized void mustHaveRoom() {
        long running = all.values().stream().filter(Warmings::isRunning).count();
        if (running >= RUNNING_MAX) {
            throw new Problem(
                    ProblemCode.IN_PROGRESS,
                    running + " warmings are under way (expected: at most " + RUNNING_MAX + ").");
        }
    }

    public void begin(Warming warming) {
        synchronized (this) {
            all.put(warming.id(), warming);
            if (all.size() > KEPT) {
                all.values().stream()
                        .filter(one -> !isRunning(one))
                        .findFirst()
                        .ifPresent(oldest -> all.remove(oldest.id()));
            }
        }
        warming.goOn();
    }

    public synchronized Optional<Warming> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    private static boolean isRunning(Warming warming) {
        return warming.progress().state() == Warming.State.RUNNING;
    }
}
