package dev.tollgate.kernel;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** Makes request ids. As safe for threads as the generator it is given. */
public final class RequestIds {
    private final InstantSource clock;
    private final RandomGenerator random;

    public RequestIds(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    public RequestId next() {
        return RequestId.of(clock.millis(), random.nextLong(), random.nextLong());
    }
}
