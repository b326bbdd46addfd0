package dev.tollgate.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All that an organization and its clients have set. Immutable; what holds for a feature is worked out when it is first
 * asked for, and kept.
 */
public final class OrganizationSettings {
    /** Features that an organization or a client may have settings for. */
    public static final int FEATURES_MAX = 1_000;

    public static final OrganizationSettings NONE = new OrganizationSettings(Map.of());

    private final Map<Place, FeatureSettings> rows;
    private final Map<Rows, EffectiveSettings> effective = new ConcurrentHashMap<>();

    /** The rows that hold for a request. There are no more of these than rows times features. */
    private record Rows(
            @Nullable Place organization, @Nullable Place client) {}

    public OrganizationSettings(Map<Place, FeatureSettings> rows) {
        this.rows = Map.copyOf(rows);
    }

    public Map<Place, FeatureSettings> rows() {
        return rows;
    }

    /** What is set at a place, or null. */
    public @Nullable FeatureSettings at(Place place) {
        return rows.get(place);
    }

    /**
     * What holds for requests of a client and feature.
     *
     * @param clientId null for keys of the organization itself
     * @param feature null where the request names none
     */
    public EffectiveSettings effective(@Nullable String clientId, @Nullable String feature) {
        if (rows.isEmpty()) {
            return EffectiveSettings.NONE;
        }
        Place organization = row(null, feature);
        Place client = clientId == null ? null : row(clientId, feature);
        return effective.computeIfAbsent(new Rows(organization, client), this::resolve);
    }

    private EffectiveSettings resolve(Rows asked) {
        Place organization = asked.organization;
        Place client = asked.client;
        return EffectiveSettings.of(
                organization == null ? null : organization.feature(),
                organization == null ? null : rows.get(organization),
                client == null ? null : client.feature(),
                client == null ? null : rows.get(client));
    }

    /** The row for a feature, or else the one for all others, or null. */
    private @Nullable Place row(@Nullable String clientId, @Nullable String feature) {
        Place named = new Place(clientId, feature == null ? Place.OTHERS : feature);
        if (rows.containsKey(named)) {
            return named;
        }
        Place others = new Place(clientId, Place.OTHERS);
        return rows.containsKey(others) ? others : null;
    }

    /**
     * Works out a change. A client's value that is asked for must be within what it inherits; other clients' values that
     * would no longer be are dealt with as the cascade says.
     *
     * @param asked what is to be set, in order; an empty value takes everything back that was set at the place
     */
    public SettingsPlan plan(Map<Place, Optional<FeatureSettings>> asked, Cascade cascade) {
        Map<Place, FeatureSettings> changed = new HashMap<>(rows);
        asked.forEach((place, settings) ->
                settings.ifPresentOrElse(value -> changed.put(place, value), () -> changed.remove(place)));
        List<Conflict> tooWide = new ArrayList<>();
        List<Conflict> clients = new ArrayList<>();
        List<SettingsPlan.Step> cascaded = new ArrayList<>();
        OrganizationSettings wanted = new OrganizationSettings(changed);
        mustBeBounded(changed);
        wanted.rows.forEach((place, settings) -> {
            if (place.clientId() == null) {
                mustAllowItsDefault(settings);
                return;
            }
            List<Conflict> conflicts = wanted.conflicts(place, settings);
            if (asked.containsKey(place)) {
                tooWide.addAll(conflicts);
            } else if (!conflicts.isEmpty()) {
                clients.addAll(conflicts);
                FeatureSettings narrowed = wanted.narrowed(place, settings, conflicts);
                changed.put(place, narrowed);
                cascaded.add(new SettingsPlan.Step(place, settings, narrowed, /* cascaded= */ true));
            }
        });
        List<SettingsPlan.Step> steps = new ArrayList<>();
        asked.forEach((place, settings) -> {
            FeatureSettings before = rows.get(place);
            FeatureSettings after = settings.orElse(null);
            if (!Objects.equals(before, after)) {
                steps.add(new SettingsPlan.Step(place, before, after, /* cascaded= */ false));
            }
        });
        steps.addAll(cascaded);
        return new SettingsPlan(steps, tooWide, clients, cascade, new OrganizationSettings(changed));
    }

    /** Which values of a client are wider than what it inherits. */
    private List<Conflict> conflicts(Place place, FeatureSettings own) {
        Place above = row(null, place.feature());
        FeatureSettings inherited =
                above == null ? FeatureSettings.NONE : rows.getOrDefault(above, FeatureSettings.NONE);
        List<Conflict> conflicts = new ArrayList<>();
        for (Setting<?> setting : Setting.ALL) {
            addConflict(conflicts, place, setting, own, inherited);
        }
        String model = own.get(Setting.DEFAULT_MODEL);
        EffectiveSettings both = EffectiveSettings.of(null, inherited, null, own);
        EffectiveSettings.Sourced<ModelNames> allowed = both.sourced(Setting.ALLOWED_MODELS);
        if (model != null && allowed != null && !allowed.value().have(model)) {
            conflicts.add(
                    new Conflict(place, Setting.DEFAULT_MODEL, model, "one of " + allowed.value(), allowed.from()));
        }
        return conflicts;
    }

    private static <T> void addConflict(
            List<Conflict> conflicts, Place place, Setting<T> setting, FeatureSettings own, FeatureSettings inherited) {
        T narrow = own.get(setting);
        T set = inherited.get(setting);
        T wide = set == null ? setting.shipped() : set;
        if (narrow != null && wide != null && !setting.narrowing().isWithin().test(wide, narrow)) {
            conflicts.add(new Conflict(
                    place,
                    setting,
                    setting.write(narrow),
                    setting.narrowing().bound().apply(wide),
                    set == null ? Source.DEFAULT : Source.ORGANIZATION));
        }
    }

    /**
     * A client's settings with those values narrowed to what it inherits. A switch, and a model that is no longer allowed,
     * it inherits again: what the client has chosen comes back when the organization gives it back.
     */
    private FeatureSettings narrowed(Place place, FeatureSettings own, List<Conflict> conflicts) {
        EffectiveSettings holds = effective(place.clientId(), place.feature());
        FeatureSettings narrowed = own;
        for (Conflict conflict : conflicts) {
            Setting<?> setting = conflict.setting();
            narrowed = setting == Setting.ENABLED || setting == Setting.DEFAULT_MODEL
                    ? narrowed.without(setting)
                    : narrowed(narrowed, setting, holds);
        }
        return narrowed;
    }

    private static <T> FeatureSettings narrowed(FeatureSettings own, Setting<T> setting, EffectiveSettings holds) {
        T value = holds.get(setting);
        return value == null ? own.without(setting) : own.with(setting, value);
    }

    private static void mustAllowItsDefault(FeatureSettings settings) {
        String model = settings.get(Setting.DEFAULT_MODEL);
        ModelNames allowed = settings.get(Setting.ALLOWED_MODELS);
        if (model != null && allowed != null && !allowed.have(model)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "default_model: " + model + " (expected: one of the allowed models, " + allowed + ")",
                    Setting.DEFAULT_MODEL.label());
        }
    }

    private static void mustBeBounded(Map<Place, FeatureSettings> rows) {
        Map<String, Integer> features = new HashMap<>();
        for (Place place : rows.keySet()) {
            String owner = place.clientId() == null ? "" : place.clientId();
            if (features.merge(owner, 1, Integer::sum) > FEATURES_MAX) {
                throw new Problem(
                        ProblemCode.INVALID_VALUE,
                        "feature: more than " + FEATURES_MAX + " (expected: settings for at most so many)",
                        "feature");
            }
        }
    }
}
