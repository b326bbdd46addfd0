package dev.tollgate.wire.openai;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a path under {@code /v1} does, as far as Tollgate treats it differently. */
public enum Operation {
    CHAT(Member.MESSAGES),
    COMPLETION(null),
    EMBEDDING(Member.INPUT),
    RESPONSE(null),
    MODERATION(Member.INPUT),
    IMAGE(Member.PROMPT),
    SPEECH(Member.INPUT),
    TRANSCRIPTION(null),
    /** The list of models, or one of them; answered by Tollgate. */
    MODELS(null),
    /** The key's own spend; answered by Tollgate. */
    USAGE(null),
    /** The key's own limits and budgets; answered by Tollgate. */
    LIMITS(null),
    /** Objects kept at the provider: files, stored answers, conversations, vector stores. */
    OBJECT(null),
    /** Work whose reply does not carry its cost: batches, fine-tuning, video, runs. */
    UNMETERED(null),
    /** Administration of the account at the provider; never relayed. */
    ORGANIZATION(null),
    /** WebSocket sessions; not offered yet. */
    REALTIME(null);

    private final @Nullable Member required;

    Operation(@Nullable Member required) {
        this.required = required;
    }

    /** The member that a body must have besides its model, or null. */
    @Nullable
    Member required() {
        return required;
    }

    /** Whether a call runs a model, so that its cost is known from its reply. */
    public boolean runsModel() {
        return ordinal() <= TRANSCRIPTION.ordinal();
    }

    /** Whether usage is added to its streams only when asked for by {@code stream_options}. */
    public boolean hasStreamOptions() {
        return this == CHAT || this == COMPLETION;
    }

    /** The name in the ledger and in metrics: {@code chat}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
