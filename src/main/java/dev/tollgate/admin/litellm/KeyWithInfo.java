package dev.tollgate.admin.litellm;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A key and what is known of it. */
@Schema(example = """
        {"key": "b1946ac92492d2347c6235b4d2611184d3a5e1f0d4f1c2b3a49586776655443322",
         "info": {"key_id": "key_4egcqyrdeul4", "key_name": "sk-tg-4egcqyrdeul4-…", "key_alias": "checkout",
         "spend": 1.000000003, "expires": null, "models": ["gpt-5-mini"], "user_id": "ann", "team_id": null,
         "organization_id": "org_4fk2m9x0q7ab", "max_budget": 12.5, "soft_budget": null, "budget_duration": "30d",
         "budget_reset_at": "2026-12-01T00:00:00Z", "rpm_limit": 60, "tpm_limit": null, "max_parallel_requests": null,
         "metadata": {}, "tags": [], "blocked": false, "budget_id": null, "litellm_budget_table": null,
         "last_active": "2026-11-21T12:34:56Z", "created_at": "2026-11-21T12:00:00.123456Z",
         "updated_at": "2026-11-21T12:00:00.123456Z"}}
        """)
@RegisterForReflection // no resource method returns it as such
public record KeyWithInfo(
        @Schema(description = "The SHA-256 of the key, never the key itself.")
        String key,

        KeyInfo info) {}
