package dev.tollgate.admin.vault;

import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultReport;
import dev.tollgate.vault.VaultWalk;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What came of going through all secrets. */
@Schema(example = """
        {"done": 12, "failed": 0, "failures": [],
         "vault": {"current_key_id": "9f2c51d07ab3e846", "is_current": true,
                   "secrets": [{"column": "alert_channel.url", "key_id": "9f2c51d07ab3e846", "key_is_given": true,
                                "count": 12}]}}
        """)
public record VaultWalkView(
        @Schema(description = "How many were opened, or encrypted anew.")
        long done,

        @Schema(description = "How many could not be opened.")
        long failed,

        @Schema(description = "Why; the first 100.") List<String> failures,
        @Schema(description = "How it is afterwards.") VaultView vault) {
    static VaultWalkView of(VaultWalk walk, VaultReport report, Vault vault) {
        return new VaultWalkView(walk.done(), walk.failed(), walk.failures(), VaultView.of(report, vault));
    }
}
