package dev.tollgate.tenancy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be said of tenants. What is out of bounds fails with a problem that names the member and what was expected. */
public final class ProfileRules {
    public static final int TEXT_LENGTH_MAX = 200;

    private static final int TAGS_MAX = 50;
    private static final int METADATA_BYTES_MAX = 16 * 1024;
    private static final int MODELS_MAX = 1_000;
    private static final int NUMBER_DIGITS_MAX = 400;
    private static final int SHOWN_LENGTH_MAX = 60;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}");

    private ProfileRules() {}

    /** The profile, where everything in it is within bounds. */
    public static Profile checked(Profile profile) {
        text("name", profile.name());
        if (profile.owner() != null) {
            text("owner", profile.owner());
        }
        tags(profile.tags());
        metadata(profile.metadata());
        if (profile.allowedModels() != null) {
            models(profile.allowedModels());
        }
        return profile;
    }

    /** A name that programs use, such as a feature or a tier; null is none. */
    public static @Nullable String label(String member, @Nullable String label) {
        if (label != null && !LABEL.matcher(label).matches()) {
            throw invalid(
                    member, shown(label), "1 to 100 letters, digits and _ . : / -, beginning with neither of those");
        }
        return label;
    }

    private static void text(String member, String text) {
        if (text.isBlank() || text.length() > TEXT_LENGTH_MAX || hasControls(text)) {
            throw invalid(
                    member,
                    shown(text),
                    "1 to " + TEXT_LENGTH_MAX + " characters, not blank, none a control character");
        }
    }

    private static void tags(Map<String, String> tags) {
        if (tags.size() > TAGS_MAX) {
            throw invalid("tags", tags.size() + " pairs", "at most " + TAGS_MAX);
        }
        tags.forEach((key, value) -> {
            label("tags", key);
            if (value.length() > TEXT_LENGTH_MAX || hasControls(value)) {
                throw invalid(
                        "tags." + key,
                        shown(value),
                        "at most " + TEXT_LENGTH_MAX + " characters, none a control character");
            }
        });
    }

    private static void metadata(JsonObject metadata) {
        storable(metadata.getMap());
        int bytes = metadata.encode().getBytes(UTF_8).length;
        if (bytes > METADATA_BYTES_MAX) {
            throw invalid("metadata", bytes + " bytes", "at most " + METADATA_BYTES_MAX + " as JSON");
        }
    }

    /** PostgreSQL's JSON has no NUL, and no numbers with a million digits. */
    private static void storable(@Nullable Object value) {
        switch (value) {
            case Map<?, ?> object ->
                object.forEach((name, member) -> {
                    storable(name);
                    storable(member);
                });
            case List<?> array -> array.forEach(ProfileRules::storable);
            case String text
            when text.indexOf('\0') >= 0 -> throw invalid("metadata", "a text with U+0000", "texts without it");
            case BigDecimal number
            when Math.abs((long) number.scale()) > NUMBER_DIGITS_MAX || number.precision() > NUMBER_DIGITS_MAX ->
                throw invalid("metadata", "a number with too many digits", "at most " + NUMBER_DIGITS_MAX);
            case null, default -> {
                // nothing to say against it
            }
        }
    }

    private static void models(List<String> models) {
        if (models.isEmpty() || models.size() > MODELS_MAX) {
            throw invalid(
                    "allowed_models", models.size() + " names", "1 to " + MODELS_MAX + ", or null for all models");
        }
        for (int i = 0; i < models.size(); i++) {
            String model = models.get(i);
            boolean starInside = model.indexOf('*') >= 0 && model.indexOf('*') < model.length() - 1;
            if (model.isBlank() || model.length() > TEXT_LENGTH_MAX || hasControls(model) || starInside) {
                throw invalid(
                        "allowed_models[" + i + "]",
                        shown(model),
                        "1 to " + TEXT_LENGTH_MAX + " characters, a star only as the last one");
            }
        }
        if (new HashSet<>(models).size() < models.size()) {
            throw invalid("allowed_models", "a name that is given twice", "each name once");
        }
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static String shown(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "�");
        return '"'
                + (text.length() > SHOWN_LENGTH_MAX ? printable.substring(0, SHOWN_LENGTH_MAX) + "…" : printable)
                + '"';
    }

    private static Problem invalid(String member, String was, String expected) {
        return new Problem(ProblemCode.INVALID_VALUE, member + ": " + was + " (expected: " + expected + ")", member);
    }
}
