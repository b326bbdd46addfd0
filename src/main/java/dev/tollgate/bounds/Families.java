package dev.tollgate.bounds;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.wire.Work;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How models count, as {@code bounds/families.json} says it, each figure with its source. The first that fits holds. */
final class Families {
    private static final String FILE = "/bounds/families.json";
    private static final Set<String> FIELDS = Set.of(
            "provider",
            "names",
            "published",
            "expansion",
            "request_tokens",
            "tool_tokens",
            "image_tokens",
            "sound_bytes_per_token",
            "image_output_tokens",
            "caps",
            "counts_tool_calls",
            "runs_tools",
            "encoding",
            "source");

    private final List<Family> families;

    private Families(List<Family> families) {
        this.families = families;
    }

    /** Those that come with Tollgate. */
    static Families builtIn() {
        try (InputStream in = Families.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + ": missing");
            }
            JsonPlace root = JsonPlace.root(FILE, new JsonMapper().readTree(in));
            root.allowOnly(Set.of("families"));
            return new Families(root.get("families").elements().stream()
                    .map(Families::family)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The family of a model; the last one takes any. */
    Family of(String provider, String model) {
        for (int i = 0; i < families.size(); i++) {
            if (families.get(i).isOf(provider, model)) {
                return families.get(i);
            }
        }
        throw new IllegalStateException(FILE + ": no family for " + provider + "/" + model);
    }

    private static Family family(JsonPlace place) {
        place.allowOnly(FIELDS);
        place.get("source").text();
        JsonPlace provider = place.find("provider");
        JsonPlace encoding = place.find("encoding");
        return new Family(
                provider == null ? null : provider.text(),
                texts(place.find("names")),
                flag(place.find("published")),
                (int) count(place.find("expansion"), 1),
                count(place.find("request_tokens"), 0),
                count(place.find("tool_tokens"), 0),
                count(place.find("image_tokens"), -1),
                count(place.find("sound_bytes_per_token"), -1),
                count(place.find("image_output_tokens"), -1),
                texts(place.get("caps")).stream()
                        .map(cap -> Work.Cap.valueOf(cap.toUpperCase(Locale.ROOT)))
                        .toList(),
                flag(place.find("counts_tool_calls")),
                flag(place.find("runs_tools")),
                encoding == null ? null : EncodingType.valueOf(encoding.text().toUpperCase(Locale.ROOT)));
    }

    private static List<String> texts(@Nullable JsonPlace place) {
        List<String> texts = new ArrayList<>();
        if (place != null) {
            place.elements().forEach(each -> texts.add(each.text()));
        }
        return List.copyOf(texts);
    }

    private static boolean flag(@Nullable JsonPlace place) {
        return place != null && place.node().booleanValue();
    }

    private static long count(@Nullable JsonPlace place, long otherwise) {
        return place == null ? otherwise : place.count();
    }
}
