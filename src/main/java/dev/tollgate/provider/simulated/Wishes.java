package dev.tollgate.provider.simulated;

import io.vertx.core.MultiMap;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request asked the simulation for, by its {@code x-simulate-*} headers; {@link SimulatedProvider} lists them.
 * A header that is not understood is a 400, so that a misspelt fault cannot pass for a success.
 *
 * @param words length of the answer in words of one token each, or 0 for the usual answer
 * @param toolCalls how often a response uses the provider's own tools, if it is offered any
 * @param after how many pieces of a stream go out before a fault in the middle of it
 * @param status the HTTP status to answer with instead, or 0
 * @param faultTimes how many requests with this tag have the faults, or 0 for all
 * @param onlyFor the one model whose requests the faults are for, or null for all
 */
record Wishes(
        long latencyMillis,
        long chunkMillis,
        int words,
        int toolCalls,
        int after,
        int status,
        Set<Fault> faults,
        int faultTimes,
        String tag,
        @Nullable String serviceTier,
        @Nullable String onlyFor) {
    static final int WORDS_MAX = 100_000;

    private static final int MILLIS_MAX = 600_000;
    private static final int TAG_LENGTH_MAX = 200;
    private static final int TOOL_CALLS_MAX = 1_000;
    private static final int AFTER_DEFAULT = 5;

    static final Wishes NONE = new Wishes(0, 0, 0, 0, AFTER_DEFAULT, 0, Set.of(), 0, "", null, null);

    static Wishes of(MultiMap headers) {
        Set<Fault> faults = EnumSet.noneOf(Fault.class);
        int status = 0;
        String asked = headers.get("x-simulate-fault");
        if (asked != null) {
            for (String label : asked.split(",", -1)) {
                Fault fault = Fault.ofLabel(label.strip());
                if (fault != null) {
                    faults.add(fault);
                } else {
                    status = status(label.strip());
                }
            }
        }
        return new Wishes(
                number(headers, "x-simulate-latency-ms", 0, MILLIS_MAX, 0),
                number(headers, "x-simulate-chunk-ms", 0, MILLIS_MAX, 0),
                number(headers, "x-simulate-words", 0, WORDS_MAX, 0),
                number(headers, "x-simulate-tool-calls", 0, TOOL_CALLS_MAX, 0),
                number(headers, "x-simulate-after", 0, WORDS_MAX, AFTER_DEFAULT),
                status,
                faults,
                number(headers, "x-simulate-fault-times", 0, WORDS_MAX, 0),
                tag(headers.get("x-simulate-tag")),
                headers.get("x-simulate-service-tier"),
                headers.get("x-simulate-fault-model"));
    }

    boolean has(Fault fault) {
        return faults.contains(fault);
    }

    Wishes withoutFaults() {
        return new Wishes(latencyMillis, chunkMillis, words, toolCalls, after, 0, Set.of(), 0, tag, serviceTier, null);
    }

    private static int status(String label) {
        if (label.matches("status-[3-5]\\d\\d")) {
            return Integer.parseInt(label.substring("status-".length()));
        }
        throw ApiError.badRequest(
                "x-simulate-fault: " + label + " (expected: a fault of the simulated provider, or status-300..599)",
                "x-simulate-fault",
                null);
    }

    private static String tag(@Nullable String tag) {
        return tag == null ? "" : tag.substring(0, Math.min(tag.length(), TAG_LENGTH_MAX));
    }

    private static int number(MultiMap headers, String name, int min, int max, int absent) {
        String value = headers.get(name);
        if (value == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one refusal below.
        }
        throw ApiError.badRequest(name + ": " + value + " (expected: " + min + ".." + max + ")", name, null);
    }
}
