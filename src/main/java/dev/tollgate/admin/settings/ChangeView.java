package dev.tollgate.admin.settings;

import dev.tollgate.settings.Conflict;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.SettingsPlan;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a change of settings has done, or would do. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "dry_run": false, "possible": true, "version": 8,
         "changes": [{"client_id": null, "feature": "chat", "cascaded": false,
                      "before": null,
                      "after": {"enabled": null, "requests_per_minute": null, "requests_per_day": 100,
                                "cost_per_day": null, "priority": null, "allowed_models": null, "default_model": null,
                                "system_prompt": null, "temperature": null, "output_cap": null, "cache": null,
                                "routing": null, "metadata": null}}],
         "conflicts": [{"client_id": "cli_7c3n5v1z8y2d", "feature": "chat", "setting": "requests_per_day",
                        "value": "500", "expected": "at most 100", "from": "organization"}]}
        """)
public record ChangeView(
        String organizationId,
        boolean dryRun,

        @Schema(description = "False where conflicts stand in its way; only a preview says so.")
        boolean possible,

        @Schema(description = "That the changed settings have now; null in a preview, and where all was so already.")
        @Nullable
        Long version,

        @Schema(description = "What was asked for, then what followed from it.")
        List<Step> changes,

        @Schema(
                description = "Values of clients that are wider than what they inherit; with `cascade=clamp` those of"
                        + " clients that were not asked for are narrowed.")
        List<Wider> conflicts) {

    /** One place that changes. */
    @Schema(example = """
            {"client_id": null, "feature": "chat", "cascaded": false, "before": null, "after": {"requests_per_day": 100}}
            """)
    public record Step(
            @Nullable String clientId,
            String feature,

            @Schema(description = "Whether it follows from a change of the organization's.")
            boolean cascaded,

            @Nullable SettingValues before,
            @Nullable SettingValues after) {
        static Step of(SettingsPlan.Step step) {
            return new Step(
                    step.place().clientId(),
                    step.place().feature(),
                    step.cascaded(),
                    values(step.before()),
                    values(step.after()));
        }

        private static @Nullable SettingValues values(@Nullable FeatureSettings settings) {
            return settings == null ? null : SettingValues.of(settings);
        }
    }

    /** A client's value that is wider than what it inherits. */
    @Schema(example = """
            {"client_id": "cli_7c3n5v1z8y2d", "feature": "chat", "setting": "requests_per_day", "value": "500",
             "expected": "at most 100", "from": "organization"}
            """)
    public record Wider(
            @Nullable String clientId,
            String feature,
            String setting,
            String value,
            String expected,

            @Schema(description = "Who bounds it: `default`, `organization`, `client` or `organization_and_client`.")
            String from) {
        static Wider of(Conflict conflict) {
            return new Wider(
                    conflict.place().clientId(),
                    conflict.place().feature(),
                    conflict.setting().label(),
                    conflict.value().toString(),
                    conflict.bound(),
                    conflict.from().label());
        }
    }

    static ChangeView of(String organizationId, SettingsPlan plan, boolean dryRun, @Nullable Long version) {
        return new ChangeView(
                organizationId,
                dryRun,
                plan.isPossible(),
                version,
                plan.steps().stream().map(Step::of).toList(),
                Stream.concat(plan.tooWide().stream(), plan.clients().stream())
                        .map(Wider::of)
                        .toList());
    }
}
