package dev.tollgate.provider.simulated;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Prompt prefixes that were seen before, as OpenAI caches them: from 1,024 tokens on, in steps of 128. Reading is
 * cheaper for all models; writing is counted from the GPT 5.6 family on, where OpenAI bills it. It remembers a hash
 * per step, at most 65,536 of them, and forgets the one that was used least recently. Used by one thread.
 */
final class PromptCache {
    private static final int TOKENS_MIN = 1024;
    private static final int STEP = 128;
    private static final int PREFIXES_MAX = 65_536;

    private static final Pattern BILLS_WRITES = Pattern.compile("gpt-(5\\.[6-9]|[6-9]).*");

    /** How many tokens of a prompt were read from the cache, and how many were written to it at a price. */
    record Use(long read, long written) {}

    private final Map<Long, Boolean> prefixes = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
            return size() > PREFIXES_MAX;
        }
    };

    /** Looks for the start of this prompt; afterwards all of it has been seen. */
    Use lookUpAndRemember(String model, List<String> messages) {
        long hash = model.hashCode();
        long tokens = 0;
        long cached = 0;
        long step = TOKENS_MIN / STEP - 1;
        for (String message : messages) {
            hash = mix(hash, '\n');
            tokens += Prompt.TOKENS_PER_MESSAGE;
            for (int start = 0; start < message.length(); ) {
                int end = Tokens.end(message, start);
                for (int i = start; i < end; i++) {
                    hash = mix(hash, message.charAt(i));
                }
                start = end;
                tokens++;
                if (tokens / STEP > step) {
                    step = tokens / STEP;
                    cached = prefixes.put(hash, true) == null ? cached : step * STEP;
                }
            }
        }
        boolean billsWrites = BILLS_WRITES.matcher(model).matches() && step * STEP >= TOKENS_MIN;
        return new Use(cached, billsWrites ? step * STEP - cached : 0);
    }

    /** One step of FNV-1a. */
    private static long mix(long hash, char character) {
        return (hash ^ character) * 0x100000001b3L;
    }
}
