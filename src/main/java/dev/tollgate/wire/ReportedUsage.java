package dev.tollgate.wire;

import dev.tollgate.kernel.Usage;

/**
 * What a provider said that a request consumed.
 *
 * @param trusted false where some count could not be true; such counts read as zero
 */
public record ReportedUsage(Usage usage, boolean trusted) {}
