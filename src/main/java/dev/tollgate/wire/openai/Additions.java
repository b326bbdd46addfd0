package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Splice;
import dev.tollgate.wire.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What settings change in a body, beside what {@link RequestBody#forward} changes by itself.
 *
 * @param members to be added: {@code "temperature":0.2}
 * @param edits texts for places of the body
 * @param prompt what is put before all that the body says to the model, or null
 * @param outputCap the most output tokens of a choice, or -1
 * @param capMember which bounds the output where neither the caller nor the provider decides on one
 */
record Additions(
        List<String> members, List<Edit> edits, @Nullable String prompt, long outputCap, Work.Cap capMember) {
    static final Additions NONE = new Additions(List.of(), List.of(), null, -1, Work.Cap.MAX_COMPLETION_TOKENS);

    /** A text for what lies from {@code start} to before {@code end}. */
    record Edit(int start, int end, String text) {}

    void apply(Splice splice) {
        edits.forEach(edit -> splice.replace(edit.start, edit.end, edit.text));
    }

    /** The bound to send, which is the narrower of that of a call and of this one. */
    RequestBody.@Nullable OutputCap narrowed(RequestBody.@Nullable OutputCap cap, List<RequestBody.CapPlace> callers) {
        if (outputCap < 0) {
            return cap;
        }
        if (cap != null) {
            return new RequestBody.OutputCap(Math.min(outputCap, cap.tokens()), cap.member());
        }
        Work.Cap member = callers.stream()
                .filter(place -> place.tokens() > 0)
                .findFirst()
                .map(RequestBody.CapPlace::member)
                .orElse(capMember);
        return new RequestBody.OutputCap(outputCap, member);
    }

    /** How many bytes of the prompt are beyond ASCII. */
    long beyondAscii() {
        long count = 0;
        if (prompt != null) {
            for (byte each : prompt.getBytes(UTF_8)) {
                count += each < 0 ? 1 : 0;
            }
        }
        return count;
    }

    /** What is known of the request with these. */
    RequestFacts applyTo(RequestFacts facts) {
        long promptBytes = prompt == null ? 0 : utf8(JsonText.escaped(prompt));
        long bytes = edits.stream().mapToLong(edit -> utf8(edit.text)).sum()
                + members.stream().mapToLong(Additions::utf8).sum();
        return new RequestFacts(
                facts.model(),
                facts.stream(),
                facts.usageWanted(),
                lower(facts.outputCap()),
                facts.choices(),
                facts.tools(),
                facts.background(),
                facts.stored(),
                facts.serviceTier(),
                facts.endUser(),
                facts.textBytes() + promptBytes,
                facts.textCharacters(),
                facts.references(),
                applyTo(facts.work(), bytes));
    }

    private Work applyTo(Work work, long bytes) {
        Work.Caps caps = work.caps();
        return new Work(
                work.bytes() + bytes,
                work.mediaBytes(),
                work.images(),
                work.soundBytes(),
                work.unseen(),
                work.prompts(),
                work.generations(),
                work.predictedBytes(),
                work.audioOutput(),
                work.tools(),
                work.maxToolCalls(),
                outputCap < 0
                        ? caps
                        : new Work.Caps(
                                lower(caps.maxTokens()),
                                lower(caps.maxCompletionTokens()),
                                lower(caps.maxOutputTokens())));
    }

    private static long utf8(String text) {
        return text.getBytes(UTF_8).length;
    }

    private long lower(long cap) {
        return outputCap < 0 ? cap : cap < 0 ? outputCap : Math.min(cap, outputCap);
    }
}
