package dev.tollgate.alerts.pg;

import dev.tollgate.alerts.Alert;
import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.SecretUrl;
import dev.tollgate.alerts.Severity;
import dev.tollgate.alerts.SigningSecret;
import dev.tollgate.alerts.Subscription;
import dev.tollgate.alerts.Target;
import dev.tollgate.alerts.Target.PreviousSecret;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Columns of alerts and channels, and what they mean. */
final class AlertRows {
    static final String ALERT =
            "a.seq alert_seq, a.id alert_id, a.kind, a.organization_id alert_organization_id, a.severity, a.subject,"
                    + " a.payload, a.occurred_at, a.raised_at";

    static final String CHANNEL =
            "c.id channel_id, c.organization_id channel_organization_id, c.name, c.type, c.includes_organizations,"
                    + " c.kinds, c.severity_min, c.enabled, c.url, c.secret, c.previous_secret,"
                    + " c.previous_secret_expires_at, c.addresses, c.created_at, c.updated_at, c.version";

    private AlertRows() {}

    static Alert alert(Row row) {
        return new Alert(
                row.getLong("alert_seq"),
                row.getString("alert_id"),
                row.getString("kind"),
                row.getString("alert_organization_id"),
                Severity.of(row.getShort("severity")),
                row.getString("subject"),
                row.get(JsonObject.class, "payload"),
                instant(row, "occurred_at"),
                instant(row, "raised_at"));
    }

    static Channel channel(Row row) {
        String[] kinds = row.getArrayOfStrings("kinds");
        return new Channel(
                row.getString("channel_id"),
                row.getString("channel_organization_id"),
                row.getString("name"),
                new Subscription(
                        kinds == null ? List.of() : List.of(kinds),
                        Severity.of(row.getShort("severity_min")),
                        row.getBoolean("includes_organizations")),
                row.getBoolean("enabled"),
                target(row),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                row.getLong("version"));
    }

    private static Target target(Row row) {
        String type = row.getString("type");
        return switch (type) {
            case "webhook" ->
                new Target.Webhook(
                        SecretUrl.parse(row.getString("url")),
                        SigningSecret.parse(row.getString("secret")),
                        row.getString("previous_secret") == null
                                ? null
                                : new PreviousSecret(
                                        SigningSecret.parse(row.getString("previous_secret")),
                                        instant(row, "previous_secret_expires_at")));
            case "slack" -> new Target.Slack(SecretUrl.parse(row.getString("url")));
            case "teams" -> new Target.Teams(SecretUrl.parse(row.getString("url")));
            case "email" -> new Target.Email(List.of(row.getArrayOfStrings("addresses")));
            default -> throw new IllegalStateException("alert channel of an unknown type: " + type);
        };
    }

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant instantOrNull(Row row, String column) {
        return row.getOffsetDateTime(column) == null ? null : instant(row, column);
    }
}
