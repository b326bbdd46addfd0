package dev.tollgate.alerts;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a channel leads to, and in which form messages go there. */
public sealed interface Target {
    /** The name of its kind: {@code webhook}. */
    default String type() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /**
     * A program's own receiver, which checks the signature.
     *
     * @param previous the secret before the last rotation, which signs beside the new one for a while
     */
    record Webhook(
            SecretUrl url, SigningSecret secret, @Nullable PreviousSecret previous) implements Target {}

    /** A secret that signs until a time. */
    record PreviousSecret(SigningSecret secret, Instant expiresAt) {}

    /** An incoming webhook of Slack. */
    record Slack(SecretUrl url) implements Target {}

    /** A webhook of a Teams workflow. */
    record Teams(SecretUrl url) implements Target {}

    /** Mailboxes. */
    record Email(List<String> addresses) implements Target {
        public Email {
            addresses = List.copyOf(addresses);
        }
    }

    /** One whose secrets can't be opened with the master keys that there are; a channel in the database may be so. */
    record Locked(String type, String reason) implements Target {}

    /** Its URL, unless it is mailboxes or can't be told. */
    default @Nullable SecretUrl urlOrNull() {
        return switch (this) {
            case Webhook webhook -> webhook.url();
            case Slack slack -> slack.url();
            case Teams teams -> teams.url();
            case Email _, Locked _ -> null;
        };
    }
}
