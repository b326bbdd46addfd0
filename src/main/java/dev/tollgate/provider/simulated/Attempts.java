package dev.tollgate.provider.simulated;

import java.util.LinkedHashMap;
import java.util.Map;

/** How many requests came with each tag, so that only the first of them fail. The newest 10,000 tags; one thread. */
final class Attempts {
    private static final int TAGS_MAX = 10_000;

    private final Map<String, Integer> byTag = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > TAGS_MAX;
        }
    };

    /** Counts one more request with this tag; from 1. */
    int count(String tag) {
        return byTag.merge(tag, 1, Integer::sum);
    }
}
