package dev.tollgate.admin.settings;

import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.settings.EffectiveSettings.Sourced;
import dev.tollgate.settings.Setting;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What holds for the requests of a caller. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "client_id": "cli_7c3n5v1z8y2d", "feature": "chat",
         "organization_settings": "chat", "client_settings": "*", "currency": "USD",
         "settings": {"enabled": {"value": true, "from": "default"},
                      "requests_per_day": {"value": 500, "from": "organization"},
                      "cost_per_day": {"value": "10", "from": "client"}}}
        """)
public record EffectiveView(
        String organizationId,
        @Nullable String clientId,
        @Nullable String feature,

        @Schema(
                description = "The feature whose settings of the organization hold: the one asked for, `*`, or null for"
                        + " none.")
        @Nullable
        String organizationSettings,

        @Schema(description = "The same of the client.") @Nullable
        String clientSettings,

        String currency,

        @Schema(
                description =
                        "Every setting that has a value, and where that is from: `default`, `organization`, `client`"
                                + " or `organization_and_client`. Empty where nothing is set: requests pass as they came.")
        Map<String, Map<String, Object>> settings) {

    static EffectiveView of(
            String organizationId, @Nullable String clientId, @Nullable String feature, EffectiveSettings holds) {
        Map<String, Map<String, Object>> settings = new LinkedHashMap<>();
        Setting.ALL.forEach(setting -> add(settings, setting, holds));
        return new EffectiveView(
                organizationId, clientId, feature, holds.organizationFeature(), holds.clientFeature(), "USD", settings);
    }

    private static <T> void add(
            Map<String, Map<String, Object>> settings, Setting<T> setting, EffectiveSettings holds) {
        Sourced<T> sourced = holds.sourced(setting);
        if (sourced != null) {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("value", setting.shown(sourced.value()));
            shown.put("from", sourced.from().label());
            settings.put(setting.label(), shown);
        }
    }
}
