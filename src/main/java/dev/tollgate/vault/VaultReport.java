package dev.tollgate.vault;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is stored, by column and master key.
 *
 * @param currentKeyId the master key that seals; null where there is none
 */
public record VaultReport(@Nullable String currentKeyId, List<Line> lines) {
    /**
     * @param keyId what it is sealed under; null for what is stored plainly
     * @param count how many values
     */
    public record Line(SealedColumn column, @Nullable String keyId, long count) {}

    /** Whether everything is sealed under the current master key. */
    public boolean isCurrent() {
        return lines.stream()
                .allMatch(line -> line.keyId() != null && line.keyId().equals(currentKeyId));
    }
}
