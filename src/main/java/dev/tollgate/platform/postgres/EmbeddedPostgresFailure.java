package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL cannot be used. The message is written for whoever started Tollgate and says what to do. */
public final class EmbeddedPostgresFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The way out that is always open: every cause that the user may not be able to remove names it. */
    static final String OR_YOUR_OWN = "or use a PostgreSQL that you run: QUARKUS_DATASOURCE_REACTIVE_URL,"
            + " QUARKUS_DATASOURCE_JDBC_URL, QUARKUS_DATASOURCE_USERNAME and QUARKUS_DATASOURCE_PASSWORD";

    EmbeddedPostgresFailure(String message) {
        super(message);
    }

    EmbeddedPostgresFailure(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The words of an I/O error that a person understands: many carry only a path as their message. */
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemException failed
            when failed.getReason() == null ->
                failed.getFile() + ": " + failed.getClass().getSimpleName();
            default -> String.valueOf(e.getMessage());
        };
    }
}
