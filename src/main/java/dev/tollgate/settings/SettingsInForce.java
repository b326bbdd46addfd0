package dev.tollgate.settings;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of all organizations, in memory. An organization's are one immutable object that is replaced as one, so
 * that no request sees half of a change. Safe for threads; asking takes no lock.
 */
public final class SettingsInForce {
    private final Map<String, OrganizationSettings> organizations = new ConcurrentHashMap<>();

    /** What is in force for an organization. */
    public OrganizationSettings of(String organizationId) {
        return organizations.getOrDefault(organizationId, OrganizationSettings.NONE);
    }

    /** What holds for requests of a caller; see {@link OrganizationSettings#effective}. */
    public EffectiveSettings effective(String organizationId, @Nullable String clientId, @Nullable String feature) {
        return of(organizationId).effective(clientId, feature);
    }

    /** Puts an organization's settings in force. */
    public void replace(String organizationId, OrganizationSettings settings) {
        organizations.put(organizationId, settings);
    }
}
