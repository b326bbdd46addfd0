package dev.tollgate.alerts;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody may want to be told.
 *
 * @param kind what sort of event it is: {@code budget.threshold}
 * @param dedupeKey what makes it the same event when it is raised again, here or by another replica
 * @param organizationId whose event it is; null is the platform's
 * @param subject one line for people, up to 200 characters
 * @param payload what programs want to know, up to 16 KiB
 */
public record AlertEvent(
        String kind,
        String dedupeKey,
        @Nullable String organizationId,
        Severity severity,
        String subject,
        JsonObject payload,
        Instant occurredAt) {
    public static final int KIND_LENGTH_MAX = 64;
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z0-9_]+)*");

    public AlertEvent {
        if (kind.length() > KIND_LENGTH_MAX || !KIND.matcher(kind).matches()) {
            throw new IllegalArgumentException("kind: " + kind + " (expected: such as budget.threshold)");
        }
        if (dedupeKey.isEmpty()) {
            throw new IllegalArgumentException("dedupe key: empty (expected: what makes it the same event)");
        }
    }
}
