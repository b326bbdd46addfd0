package dev.tollgate.ledger;

import dev.tollgate.kernel.Money;
import java.util.List;

/** What one key spent in a span of time, by model, dearest first. */
public record KeyUsage(List<Line> lines) {
    /** One model's part. The model is the one asked for, or empty where a request named none. */
    public record Line(
            String model, long requests, long inputTokens, long cachedInputTokens, long outputTokens, Money charge) {}
}
