package dev.tollgate.admin.alerts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A channel that was just made, or whose secret was rotated. */
@Schema(example = """
        {"id": "chn_3k9d7s1m5q2x", "organization_id": "org_4fk2m9x0q7ab", "name": "On call", "type": "webhook",
         "host": "hooks.example.com", "addresses": null, "kinds": ["budget.*"], "severity_min": "warning",
         "includes_organizations": false, "enabled": true, "previous_secret_expires_at": null,
         "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z",
         "signing_secret": "whsec_…"}
        """)
@RegisterForReflection // no resource method returns it as such
public record ChannelWithSecret(
        @JsonUnwrapped ChannelView view,

        @Schema(description = "What a webhook is signed with, shown this once; null for other channels.") @Nullable
        String signingSecret) {}
