package dev.tollgate.wire.json;

/** Bytes that are not one JSON document, with the place where that showed. */
public final class InvalidJson extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidJson(String what, int offset) {
        super(
                what + " at byte " + offset,
                /* cause= */ null,
                /* enableSuppression= */ false,
                /* writableStackTrace= */ false);
    }
}
