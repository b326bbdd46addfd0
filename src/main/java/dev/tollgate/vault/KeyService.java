package dev.tollgate.vault;

import io.vertx.core.Future;

/**
 * A key management service: it keeps a key that never leaves it, under which master keys are wrapped. It is asked once for
 * each of them, at the start; what is sealed and opened later needs it no more.
 */
public interface KeyService {
    /**
     * The 32 bytes of a master key.
     *
     * @param wrapped as the service gave it out
     * @return fails with {@link Failure}
     */
    Future<byte[]> unwrap(String wrapped);

    /** It did not unwrap a key. The message says why and what to do, and quotes nothing secret. */
    final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean passing;

        /** @param passing whether it may be over in a moment, without anybody doing anything */
        public Failure(String message, boolean passing) {
            super(message);
            this.passing = passing;
        }

        public boolean isPassing() {
            return passing;
        }
    }
}
