package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Splice;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.json.CanonicalDigest;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.NameSet;
import dev.tollgate.wire.json.Raw;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** A request's body as it came, what it says, and where the few members lie that may have to change. */
public final class RequestBody {
    /** Members of which the answer doesn't depend; the model is told by the facts. */
    private static final NameSet NO_MATTER = NameSet.of(
            "model",
            "stream",
            "stream_options",
            "user",
            "safety_identifier",
            "metadata",
            "prompt_cache_key",
            "prompt_cache_retention",
            "cache",
            "store");

    /** The same where what is stored can be gone on from, so that it matters whether it is. */
    private static final NameSet NO_MATTER_TO_RESPONSES = NameSet.of(
            "model",
            "stream",
            "stream_options",
            "user",
            "safety_identifier",
            "metadata",
            "prompt_cache_key",
            "prompt_cache_retention",
            "cache");

    /** Of a character that is written as an escape. */
    private static final int ESCAPE_BYTES = 6;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private final RequestFacts facts;
    private final Places places;
    private final Additions additions;
    private final long toolCalls;

    /**
     * Where members lie, or -1. A range runs from its start to before its end.
     *
     * @param inside just past the body's opening brace, or -1 for a body that is no JSON object
     * @param empty whether nothing stands between the body's braces
     * @param model the model's value with its quotes; an empty range is where to add it to a form
     * @param streamOptions the value of {@code stream_options}
     * @param optionsInside just past the opening brace of {@code stream_options}
     * @param includeUsage the value of {@code include_usage}
     * @param caps the members that bound the output
     * @param toolCallsStart the value of {@code max_tool_calls}
     * @param cutStart what no provider is to see, with the comma beside it
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
            List<CapPlace> caps,
            int toolCallsStart,
            int toolCallsEnd,
            int cutStart,
            int cutEnd,
            boolean modelQuoted,
            String fieldHead,
            String fieldTail) {
        static final Places NONE = ofForm(-1, -1, "", "");

        /** Of a form that has the model's name in a field. */
        static Places ofField(int start, int end) {
            return ofForm(start, end, "", "");
        }

        /** Of a form that has no such field; one may be added. */
        static Places ofNewField(int place, String head, String tail) {
            return ofForm(place, place, head, tail);
        }

        private static Places ofForm(int start, int end, String head, String tail) {
            return new Places(
                    -1, true, start, end, -1, -1, -1, true, -1, -1, List.of(), -1, -1, -1, -1, false, head, tail);
        }
    }

    /**
     * Where a member that bounds the output has its value.
     *
     * @param tokens the value, or 0 for null
     */
    record CapPlace(Work.Cap member, int start, int end, long tokens) {}

    /**
     * A bound of the output to be sent.
     *
     * @param tokens of one choice
     * @param member by which the provider takes it
     */
    public record OutputCap(long tokens, Work.Cap member) {}

    RequestBody(byte[] bytes, int start, int end, RequestFacts facts, Places places) {
        this(bytes, start, end, facts, places, Additions.NONE, /* toolCalls= */ -1);
    }

    /** @param toolCalls how often the provider may use its tools, to be put in; -1 leaves it as the caller has it */
    private RequestBody(
            byte[] bytes, int start, int end, RequestFacts facts, Places places, Additions additions, long toolCalls) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.facts = facts;
        this.places = places;
        this.additions = additions;
        this.toolCalls = toolCalls;
    }

    /** A body that is relayed as it is. */
    public static RequestBody opaque(byte[] bytes, int start, int end, RequestFacts facts) {
        return new RequestBody(bytes, start, end, facts, Places.NONE);
    }

    /**
     * The same body with a preset, of which the facts tell. Operations that it is not for, and bodies that are no JSON,
     * stay as they are.
     */
    public RequestBody with(Preset preset, Operation operation) {
        if (places.inside < 0 || preset.equals(Preset.NONE) || !Preset.isFor(operation)) {
            return this;
        }
        Additions added = PresetReader.read(operation, bytes, start, end, preset);
        return new RequestBody(bytes, start, end, added.applyTo(facts), places, added, toolCalls);
    }

    /** The same body with another bound of how often the provider may use its tools; only for one that {@link #takesCap}. */
    public RequestBody withToolCalls(long most) {
        RequestFacts bounded = facts.withWork(facts.work().withMaxToolCalls(most));
        return new RequestBody(bytes, start, end, bounded, places, additions, most);
    }

    /** The most output tokens of a choice by the preset, or -1. Where the caller has no bound, a call has to put it in. */
    public long presetCap() {
        return additions.outputCap();
    }

    public RequestFacts facts() {
        return facts;
    }

    public int length() {
        return end - start;
    }

    /** How many of the bytes may become more where a model normalizes text before it reads it: those beyond ASCII. */
    public long expandableBytes() {
        long count = 0;
        for (int i = start; i < end; i++) {
            if (bytes[i] < 0) {
                count++;
            } else if (bytes[i] == '\\' && i + 1 < end && bytes[i + 1] == 'u') {
                count += ESCAPE_BYTES;
            }
        }
        return count + additions.beyondAscii();
    }

    /** Whether it can be told what the body means: not of a form, and of nothing that is relayed unread. */
    public boolean hasMeaning() {
        return places.inside >= 0;
    }

    /**
     * Tells a digest what the body means to the model that the facts name, presets included; only for one that
     * {@link #hasMeaning}. What makes no difference to the answer is left out.
     */
    public void tell(CanonicalDigest digest, Operation operation) {
        digest.text(facts.model());
        additions.tell(digest);
        digest.json(bytes, start, end, operation == Operation.RESPONSE ? NO_MATTER_TO_RESPONSES : NO_MATTER);
    }

    /** A member of the body as it is written, or null. The whole body is read for it. */
    public @Nullable Raw member(String name) {
        return Raw.of(bytes, start, end).members().get(name);
    }

    /** The same body with other JSON in the place of a value of it. What was put into it is not there any more. */
    RequestBody with(Raw value, String json, Operation operation) {
        byte[] changed = new Splice(bytes, start, end)
                .replace(value.start(), value.end(), json)
                .toBytes();
        return RequestReader.read(operation, changed, 0, changed.length, facts.model());
    }

    /**
     * Tells a digest what the body means, but for one member; only for one that {@link #hasMeaning}.
     *
     * @param member the name of the member
     */
    public void tellWithout(String member, CanonicalDigest digest) {
        digest.text(facts.model());
        additions.tell(digest);
        digest.json(bytes, start, end, NO_MATTER.and(member));
    }

    /** Hands over every text that the model is given to read, with the bytes that it takes in the body as written. */
    public void eachText(ObjLongConsumer<String> sink) {
        if (additions.prompt() != null) {
            sink.accept(additions.prompt(), JsonText.escaped(additions.prompt()).getBytes(UTF_8).length);
        }
        if (places.inside >= 0) {
            new TextWalk(new JsonCursor(bytes, start, end), sink).walk();
        }
    }

    /** Whether {@link #forward} can bound the output. */
    public boolean takesCap() {
        return places.inside >= 0;
    }

    /** The bytes to send, with the output bounded as the caller has it. */
    public Splice forward(@Nullable String model, boolean askForUsage) {
        return forward(model, askForUsage, null);
    }

    /**
     * The bytes to send: the model renamed where {@code model} is given, or named where only the path named it; stream
     * usage asked for where wanted; the output bounded by {@code cap} where that is given, never wider than the caller has
     * it.
     */
    public Splice forward(@Nullable String model, boolean askForUsage, @Nullable OutputCap cap) {
        Splice splice = new Splice(bytes, start, end);
        additions.apply(splice);
        List<String> added = new ArrayList<>(additions.members());
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
        if (places.inside >= 0) {
            bound(splice, added, cap);
            boundTools(splice, added);
        }
        if (!added.isEmpty() && places.inside >= 0) {
            splice.replace(places.inside, places.inside, String.join(",", added) + (places.empty ? "" : ","));
        }
        if (places.cutStart >= 0) {
            splice.replace(places.cutStart, places.cutEnd, ""); // after what was added at the same place
        }
        return splice;
    }

    /** Lowers every bound that the caller has, and adds the one that the provider takes where it is missing. */
    private void bound(Splice splice, List<String> added, @Nullable OutputCap cap) {
        long preset = additions.outputCap() < 0 ? Long.MAX_VALUE : additions.outputCap();
        long most = cap == null ? preset : Math.min(preset, cap.tokens);
        boolean missing = cap != null;
        for (CapPlace place : places.caps) {
            boolean taken = cap != null && place.member == cap.member;
            missing &= !taken;
            if (place.tokens > most || (taken && place.tokens == 0)) {
                splice.replace(place.start, place.end, Long.toString(most));
            }
        }
        if (cap != null && missing) {
            added.add('"' + cap.member.label() + "\":" + most);
        }
    }

    private void boundTools(Splice splice, List<String> added) {
        if (toolCalls >= 0 && places.toolCallsStart >= 0) {
            splice.replace(places.toolCallsStart, places.toolCallsEnd, Long.toString(toolCalls));
        } else if (toolCalls >= 0) {
            added.add('"' + Member.MAX_TOOL_CALLS.label() + "\":" + toolCalls);
        }
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
