package dev.tollgate.routing.when;

import dev.tollgate.pricing.JsonPlace;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Constants as they are written in JSON: in small letters. */
public final class Labels {
    private Labels() {}

    public static <E extends Enum<E>> E read(JsonPlace json, Class<E> type) {
        String label = json.text();
        for (E constant : type.getEnumConstants()) {
            if (of(constant).equals(label)) {
                return constant;
            }
        }
        throw json.expected(
                Arrays.stream(type.getEnumConstants()).map(Labels::of).collect(Collectors.joining(", ")));
    }

    static <E extends Enum<E>> Set<E> readAll(JsonPlace json, Class<E> type) {
        Set<E> constants = EnumSet.noneOf(type);
        json.elements().forEach(element -> constants.add(read(element, type)));
        if (constants.isEmpty()) {
            throw json.wrong("empty (expected: at least one)");
        }
        return constants;
    }

    public static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
