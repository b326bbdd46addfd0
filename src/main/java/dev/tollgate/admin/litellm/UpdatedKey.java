package dev.tollgate.admin.litellm;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A key that was changed. */
@Schema(example = """
        {"key": "b1946ac92492d2347c6235b4d2611184d3a5e1f0d4f1c2b3a49586776655443322",
         "key_id": "key_4egcqyrdeul4", "key_name": "sk-tg-4egcqyrdeul4-…", "key_alias": "checkout",
         "expires": "2026-12-21T12:00:00Z", "models": ["gpt-5-mini"], "user_id": "ann",
         "team_id": "cli_7c3n5v1z8y2d", "organization_id": "org_4fk2m9x0q7ab", "max_budget": 20, "soft_budget": 10,
         "budget_duration": "30d", "budget_reset_at": "2026-12-01T00:00:00Z", "rpm_limit": 60, "tpm_limit": 100000,
         "max_parallel_requests": 5, "metadata": {"app": "shop"}, "tags": ["team:payments"], "blocked": false,
         "budget_id": null, "litellm_budget_table": null, "last_active": "2026-11-21T12:34:56Z",
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T13:00:00.123456Z"}
        """)
@RegisterForReflection // no resource method returns it as such
public record UpdatedKey(
        @Schema(description = "The SHA-256 of the key, never the key itself.")
        String key,

        @JsonUnwrapped KeyInfo info) {}
