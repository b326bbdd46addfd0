package dev.tollgate.admin.settings;

import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.Place;
import dev.tollgate.settings.SettingsVersion;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is set for a feature by an organization or by one of its clients, and what was set with an earlier version. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "client_id": "cli_7c3n5v1z8y2d", "feature": "chat", "version": 7,
         "settings": {"enabled": null, "requests_per_minute": 20, "requests_per_day": null, "cost_per_day": "10",
                      "priority": null, "allowed_models": ["gpt-4o-mini"], "default_model": null,
                      "system_prompt": null, "temperature": null, "output_cap": null, "cache": null,
                      "routing": null, "metadata": null},
         "currency": "USD", "cascaded": false, "changed_at": "2026-11-21T12:00:00.123456Z",
         "changed_by": "tok_8d0s7q2m5x1c"}
        """)
public record SettingsView(
        String organizationId,

        @Schema(description = "Null is the organization itself.") @Nullable
        String clientId,

        @Schema(description = "`*` stands for all that are not named.")
        String feature,

        @Schema(description = "0 where nothing was ever set. It is the ETag, too.")
        long version,

        @Schema(description = "What is null is inherited.") SettingValues settings,
        String currency,

        @Schema(description = "Whether the change followed from one of the organization's.")
        boolean cascaded,

        @Nullable Instant changedAt,
        @Nullable String changedBy) {

    static SettingsView of(SettingsVersion version) {
        FeatureSettings settings = version.settings();
        return new SettingsView(
                version.organizationId(),
                version.place().clientId(),
                version.place().feature(),
                version.version(),
                SettingValues.of(settings == null ? FeatureSettings.NONE : settings),
                "USD",
                version.cascaded(),
                version.at(),
                version.by());
    }

    /** Of a place where nothing was ever set. */
    static SettingsView ofNothing(String organizationId, Place place) {
        return new SettingsView(
                organizationId,
                place.clientId(),
                place.feature(),
                0,
                SettingValues.of(FeatureSettings.NONE),
                "USD",
                false,
                null,
                null);
    }
}
