package dev.tollgate.alerts.pg;

import dev.tollgate.alerts.Alert;
import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.SecretUrl;
import dev.tollgate.alerts.Severity;
import dev.tollgate.alerts.SigningSecret;
import dev.tollgate.alerts.Subscription;
import dev.tollgate.alerts.Target;
import dev.tollgate.alerts.Target.PreviousSecret;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
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

    private static final SealedColumn URL = new SealedColumn("alert_channel", "url");
    private static final SealedColumn SECRET = new SealedColumn("alert_channel", "secret");
    private static final SealedColumn PREVIOUS_SECRET = new SealedColumn("alert_channel", "previous_secret");

    /** What of channels is sealed, wherever there is a master key. */
    static final List<SealedColumn> SEALED = List.of(URL, SECRET, PREVIOUS_SECRET);

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

    static Channel channel(Row row, Vault vault) {
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
                target(row, vault),
                instant(row, "created_at"),
                instant(row, "updated_at"),
                row.getLong("version"));
    }

    /** One channel that can't be opened leaves the others as they are. */
    private static Target target(Row row, Vault vault) {
        String type = row.getString("type");
        try {
            return target(row, type, vault);
        } catch (Vault.Unopenable e) {
            return new Target.Locked(type, String.valueOf(e.getMessage()));
        }
    }

    private static Target target(Row row, String type, Vault vault) {
        return switch (type) {
            case "webhook" -> new Target.Webhook(url(row, vault), secret(row, SECRET, vault), previous(row, vault));
            case "slack" -> new Target.Slack(url(row, vault));
            case "teams" -> new Target.Teams(url(row, vault));
            case "email" -> new Target.Email(List.of(row.getArrayOfStrings("addresses")));
            default -> throw new IllegalStateException("alert channel of an unknown type: " + type);
        };
    }

    private static SecretUrl url(Row row, Vault vault) {
        return SecretUrl.parse(opened(row, URL, vault));
    }

    private static SigningSecret secret(Row row, SealedColumn column, Vault vault) {
        return SigningSecret.parse(opened(row, column, vault));
    }

    private static @Nullable PreviousSecret previous(Row row, Vault vault) {
        return row.getString(PREVIOUS_SECRET.column()) == null
                ? null
                : new PreviousSecret(secret(row, PREVIOUS_SECRET, vault), instant(row, "previous_secret_expires_at"));
    }

    private static String opened(Row row, SealedColumn column, Vault vault) {
        return vault.openIfSealed(column.place(row.getString("channel_id")), row.getString(column.column()));
    }

    static @Nullable String sealedUrl(Channel channel, @Nullable SecretUrl url, Vault vault) {
        return url == null ? null : vault.sealIfPossible(URL.place(channel.id()), url.reveal());
    }

    static @Nullable String sealedSecret(Channel channel, @Nullable SigningSecret secret, Vault vault) {
        return secret == null ? null : vault.sealIfPossible(SECRET.place(channel.id()), secret.reveal());
    }

    static @Nullable String sealedPrevious(Channel channel, @Nullable PreviousSecret previous, Vault vault) {
        return previous == null
                ? null
                : vault.sealIfPossible(
                        PREVIOUS_SECRET.place(channel.id()), previous.secret().reveal());
    }

    static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    static @Nullable Instant instantOrNull(Row row, String column) {
        return row.getOffsetDateTime(column) == null ? null : instant(row, column);
    }
}
