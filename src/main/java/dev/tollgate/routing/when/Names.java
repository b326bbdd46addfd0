package dev.tollgate.routing.when;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.pricing.JsonPlace;
import java.util.ArrayList;
import java.util.List;

/** Lists of names in JSON, with at least one in each. */
public final class Names {
    private Names() {}

    /** Names, or beginnings of names with a star at their end. */
    public static NamePatterns patterns(JsonPlace json) {
        return NamePatterns.of(texts(json));
    }

    static List<String> texts(JsonPlace json) {
        List<String> texts = new ArrayList<>();
        json.elements().forEach(element -> texts.add(element.text()));
        if (texts.isEmpty()) {
            throw json.wrong("empty (expected: at least one)");
        }
        return texts;
    }
}
