package dev.tollgate.admin.litellm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A key that was just made, with the key itself. */
@Schema(example = """
        {"key": "sk-tg-4egcqyrdeul4-…", "token": "b1946ac92492d2347c6235b4d2611184d3a5e1f0d4f1c2b3a49586776655443322",
         "token_id": "b1946ac92492d2347c6235b4d2611184d3a5e1f0d4f1c2b3a49586776655443322",
         "key_id": "key_4egcqyrdeul4", "key_name": "sk-tg-4egcqyrdeul4-…", "key_alias": "checkout", "spend": 0,
         "expires": "2026-12-21T12:00:00Z", "models": ["gpt-5-mini"], "user_id": "ann",
         "team_id": "cli_7c3n5v1z8y2d", "organization_id": "org_4fk2m9x0q7ab", "max_budget": 12.5, "soft_budget": 10,
         "budget_duration": "30d", "budget_reset_at": "2026-12-01T00:00:00Z", "rpm_limit": 60, "tpm_limit": 100000,
         "max_parallel_requests": 5, "metadata": {"app": "shop"}, "tags": ["team:payments"], "blocked": false,
         "budget_id": null, "litellm_budget_table": null, "last_active": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z"}
        """)
@RegisterForReflection // no resource method returns it as such
public record GeneratedKey(
        @Schema(description = "The key itself, shown this once.")
        String key,

        @Schema(description = "The SHA-256 of the key, by which the other calls know it, too.")
        String token,

        @Schema(description = "The same.") String tokenId,
        @JsonUnwrapped KeyInfo info) {}
