package dev.tollgate.wire.openai;

import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Splice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request's body as it came, what it says, and where the few members lie that may have to change. */
public final class RequestBody {
    private final byte[] bytes;
    private final int start;
    private final int end;
    private final RequestFacts facts;
    private final Places places;

    /**
     * Where members lie, or -1. A range runs from its start to before its end.
     *
     * @param inside just past the body's opening brace, or -1 for a body that is no JSON object
     * @param empty whether nothing stands between the body's braces
     * @param model the model's value with its quotes; an empty range is where to add it to a form
     * @param streamOptions the value of {@code stream_options}
     * @param optionsInside just past the opening brace of {@code stream_options}
     * @param includeUsage the value of {@code include_usage}
     * @param modelQuoted whether the model's name is a JSON string
     * @param fieldHead what stands before the model's name in a field that is added to a form
     * @param fieldTail what stands after it
     */
    record Places(
            int inside,
            boolean empty,
            int modelStart,
            int modelEnd,
            int streamOptionsStart,
            int streamOptionsEnd,
            int optionsInside,
            boolean optionsEmpty,
            int includeUsageStart,
            int includeUsageEnd,
            boolean modelQuoted,
            String fieldHead,
            String fieldTail) {
        static final Places NONE = new Places(-1, true, -1, -1, -1, -1, -1, true, -1, -1, false, "", "");

        /** Of a form that has the model's name in a field. */
        static Places ofField(int start, int end) {
            return new Places(-1, true, start, end, -1, -1, -1, true, -1, -1, false, "", "");
        }

        /** Of a form that has no such field; one may be added. */
        static Places ofNewField(int place, String head, String tail) {
            return new Places(-1, true, place, place, -1, -1, -1, true, -1, -1, false, head, tail);
        }
    }

    RequestBody(byte[] bytes, int start, int end, RequestFacts facts, Places places) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.facts = facts;
        this.places = places;
    }

    /** A body that is relayed as it is. */
    public static RequestBody opaque(byte[] bytes, int start, int end, RequestFacts facts) {
        return new RequestBody(bytes, start, end, facts, Places.NONE);
    }

    public RequestFacts facts() {
        return facts;
    }

    public int length() {
        return end - start;
    }

    /**
     * The bytes to send: the model renamed where {@code model} is given, or named where only the path named it; stream
     * usage asked for where wanted.
     */
    public Splice forward(@Nullable String model, boolean askForUsage) {
        Splice splice = new Splice(bytes, start, end);
        List<String> added = new ArrayList<>(2);
        String named = model != null ? model : facts.model();
        if (places.modelStart >= 0) {
            if (named != null && (model != null || places.modelStart == places.modelEnd)) {
                String text = places.modelQuoted ? quote(named) : places.fieldHead + named + places.fieldTail;
                splice.replace(places.modelStart, places.modelEnd, text);
            }
        } else if (named != null) {
            added.add("\"model\":" + quote(named));
        }
        if (askForUsage && places.inside >= 0) {
            askForUsage(splice, added);
        }
        if (!added.isEmpty() && places.inside >= 0) {
            splice.replace(places.inside, places.inside, String.join(",", added) + (places.empty ? "" : ","));
        }
        return splice;
    }

    private void askForUsage(Splice splice, List<String> added) {
        if (places.includeUsageStart >= 0) {
            splice.replace(places.includeUsageStart, places.includeUsageEnd, "true");
        } else if (places.optionsInside >= 0) {
            String comma = places.optionsEmpty ? "" : ",";
            splice.replace(places.optionsInside, places.optionsInside, "\"include_usage\":true" + comma);
        } else if (places.streamOptionsStart >= 0) {
            splice.replace(places.streamOptionsStart, places.streamOptionsEnd, "{\"include_usage\":true}");
        } else {
            added.add("\"stream_options\":{\"include_usage\":true}");
        }
    }

    /** Model names from configuration are plain, but a quote or backslash must not end the string all the same. */
    private static String quote(String model) {
        return '"' + model.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
