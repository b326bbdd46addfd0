package dev.tollgate.platform;

/** A setting or circumstance that Tollgate can't start with, said to whoever started it. */
final class StartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartFailure(String message) {
        super(message);
    }
}
