package dev.tollgate.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Reads bodies as administration does. */
public final class Bodies {
    private Bodies() {}

    public static <T> T read(String json, Class<T> type) {
        try {
            return type.cast(JsonBodies.read(json.getBytes(UTF_8), type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
