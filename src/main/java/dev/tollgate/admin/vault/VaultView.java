package dev.tollgate.admin.vault;

import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultReport;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What secrets are encrypted under, counted. */
@Schema(example = """
        {"current_key_id": "9f2c51d07ab3e846", "is_current": true,
         "secrets": [{"column": "alert_channel.url", "key_id": "9f2c51d07ab3e846", "key_is_given": true, "count": 12}]}
        """)
public record VaultView(
        @Schema(description = "The master key that encrypts; null where there is none.") @Nullable
        String currentKeyId,

        @Schema(description = "Whether everything is encrypted under it, so that earlier master keys may go.")
        boolean isCurrent,

        List<Line> secrets) {
    /** Secrets of one kind under one master key. */
    public record Line(
            @Schema(description = "Table and column.") String column,

            @Schema(description = "The master key; null for what is stored as it is.") @Nullable
            String keyId,

            @Schema(description = "Whether the replica that answers has that key.")
            boolean keyIsGiven,

            long count) {}

    static VaultView of(VaultReport report, Vault vault) {
        return new VaultView(
                report.currentKeyId(),
                report.isCurrent(),
                report.lines().stream()
                        .map(line -> new Line(
                                line.column().toString(),
                                line.keyId(),
                                line.keyId() != null && vault.hasKey(line.keyId()),
                                line.count()))
                        .toList());
    }
}
