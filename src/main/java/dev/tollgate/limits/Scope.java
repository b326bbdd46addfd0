package dev.tollgate.limits;

import dev.tollgate.kernel.NamePatterns;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whose requests a rule counts: those beneath its owner, and of them those of certain models, of a feature, with a tag or
 * of an end user where these are named.
 *
 * @param ownerId empty for the platform
 * @param models null for all
 * @param feature its name, {@link #UNNAMED}, or null for all
 * @param tagKey with {@code tagValue}, or with any value where that is null
 * @param per what each has a count of its own; empty is one count for all
 */
public record Scope(
        Owner owner,
        String ownerId,
        @Nullable NamePatterns models,
        @Nullable String feature,
        @Nullable String tagKey,
        @Nullable String tagValue,
        @Nullable String endUser,
        List<Per> per) {

    /** Whose rule it is. A rule of a tier holds for each of its organizations. */
    public enum Owner {
        PLATFORM,
        TIER,
        ORGANIZATION,
        CLIENT,
        KEY,
        ACCOUNT;

        /** The name in the database and in the API: {@code organization}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Owner of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** What may have a count of its own. */
    public enum Per {
        ORGANIZATION,
        CLIENT,
        KEY,
        FEATURE,
        END_USER,
        MODEL,
        TAG;

        /** The name in the database and in the API: {@code end_user}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Per of(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * In the place of a feature: all those that the owner, an organization or a client, has settings for together and not by
     * name.
     */
    public static final String UNNAMED = "*";

    private static final String SEPARATOR = "|";

    public Scope {
        per = List.copyOf(per);
    }

    /** All requests beneath an owner, counted together. */
    public static Scope of(Owner owner, String ownerId) {
        return new Scope(owner, ownerId, null, null, null, null, null, List.of());
    }

    /** Whether it counts a request of its owner. */
    public boolean covers(Traits traits) {
        return (models == null || hasModel(models, traits))
                && (feature == null || hasFeature(traits))
                && (endUser == null || endUser.equals(traits.endUser()))
                && (tagKey == null || hasTag(traits));
    }

    /** Naming a provider before the model is no way around a rule. */
    private static boolean hasModel(NamePatterns models, Traits traits) {
        String model = traits.model();
        String plain = traits.plainModel();
        return model != null && plain != null && (models.fit(model) || models.fit(plain));
    }

    private boolean hasFeature(Traits traits) {
        if (!UNNAMED.equals(feature)) {
            return traits.feature() != null && traits.feature().equals(feature);
        }
        return UNNAMED.equals(owner == Owner.CLIENT ? traits.clientSettings() : traits.organizationSettings());
    }

    private boolean hasTag(Traits traits) {
        String value = traits.tags().get(tagKey);
        return value != null && (tagValue == null || tagValue.equals(value));
    }

    /**
     * In whose count a request is. Who leaves out what is counted by, such as the end user, shares one count with all
     * others who do, so that leaving it out is no way around a rule.
     */
    public String subject(Traits traits) {
        return switch (per.size()) {
            case 0 -> "";
            case 1 -> part(per.getFirst(), traits);
            default -> {
                StringBuilder subject = new StringBuilder();
                for (Per each : per) {
                    subject.append(subject.isEmpty() ? "" : SEPARATOR).append(part(each, traits));
                }
                yield subject.toString();
            }
        };
    }

    private String part(Per each, Traits traits) {
        String part = switch (each) {
            case ORGANIZATION -> traits.organizationId();
            case CLIENT -> traits.clientId();
            case KEY -> traits.keyId();
            case FEATURE -> traits.feature();
            case END_USER -> traits.endUser();
            case MODEL -> traits.plainModel();
            case TAG -> traits.tags().get(tagKey);
        };
        return part == null || part.isEmpty() ? "-" : part;
    }
}
