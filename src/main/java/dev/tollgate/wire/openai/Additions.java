package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Splice;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.json.CanonicalDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What settings change in a body, beside what {@link RequestBody#forward} changes by itself.
 *
 * @param members to be added: {@code "temperature":0.2}
 * @param edits texts for places of the body
 * @param prompt what is put before all that the body says to the model, or null
 * @param outputCap the most output tokens of a choice, or -1
 * @param cold whether it sets the temperature to 0
 */
record Additions(
        List<String> members, List<Edit> edits, @Nullable String prompt, long outputCap, boolean cold) {
    static final Additions NONE = new Additions(List.of(), List.of(), null, -1, false);

    /** A text for what lies from {@code start} to before {@code end}. */
    record Edit(int start, int end, String text) {}

    void apply(Splice splice) {
        edits.forEach(edit -> splice.replace(edit.start, edit.end, edit.text));
    }

    /** Tells a digest what they are. */
    void tell(CanonicalDigest digest) {
        members.forEach(digest::text);
        digest.text(null);
        edits.forEach(edit -> digest.text(edit.text));
        digest.text(null).number(outputCap);
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
                facts.repeatable() || cold,
                facts.cache(),
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
                new Work.Caps(
                        lowered(caps.maxTokens()),
                        lowered(caps.maxCompletionTokens()),
                        lowered(caps.maxOutputTokens())));
    }

    /** A bound that the caller has. One that it has not is put in later, as the provider takes it, if it is at all. */
    private long lowered(long cap) {
        return cap < 0 ? cap : lower(cap);
    }

    private static long utf8(String text) {
        return text.getBytes(UTF_8).length;
    }

    private long lower(long cap) {
        return outputCap < 0 ? cap : cap < 0 ? outputCap : Math.min(cap, outputCap);
    }
}
