package dev.tollgate.admin.alerts;

import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.SecretUrl;
import dev.tollgate.alerts.Target.Email;
import dev.tollgate.alerts.Target.Webhook;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A channel, without what is secret of it. */
@Schema(example = """
        {"id": "chn_3k9d7s1m5q2x", "organization_id": "org_4fk2m9x0q7ab", "name": "On call", "type": "webhook",
         "host": "hooks.example.com", "addresses": null, "kinds": ["budget.*"], "severity_min": "warning",
         "includes_organizations": false, "enabled": true, "previous_secret_expires_at": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z"}
        """)
public record ChannelView(
        String id,

        @Schema(description = "Whose alerts it tells; null is the platform's.") @Nullable
        String organizationId,

        String name,

        @Schema(enumeration = {"webhook", "slack", "teams", "email"})
        String type,

        @Schema(description = "The host of its URL, which itself is never shown; null for e-mail.") @Nullable
        String host,

        @Schema(description = "The mailboxes of an e-mail channel; null for the others.") @Nullable
        List<String> addresses,

        @Schema(description = "Names of alerts, or beginnings with a star; none wants all.")
        List<String> kinds,

        @Schema(enumeration = {"info", "warning", "critical"})
        String severityMin,

        @Schema(description = "Whether a channel of the platform tells the alerts of all organizations, too.")
        boolean includesOrganizations,

        boolean enabled,

        @Schema(description = "Until when a webhook is signed by the secret before, too.") @Nullable
        Instant previousSecretExpiresAt,

        Instant createdAt,
        Instant updatedAt) {
    static ChannelView of(Channel channel) {
        SecretUrl url = channel.target().urlOrNull();
        return new ChannelView(
                channel.id(),
                channel.organizationId(),
                channel.name(),
                channel.target().type(),
                url == null ? null : url.host(),
                channel.target() instanceof Email email ? email.addresses() : null,
                channel.subscription().kinds(),
                channel.subscription().severityMin().label(),
                channel.subscription().includesOrganizations(),
                channel.enabled(),
                channel.target() instanceof Webhook webhook && webhook.previous() != null
                        ? webhook.previous().expiresAt()
                        : null,
                channel.createdAt(),
                channel.updatedAt());
    }
}
