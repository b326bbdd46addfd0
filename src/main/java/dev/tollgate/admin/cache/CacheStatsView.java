package dev.tollgate.admin.cache;

import dev.tollgate.cache.CacheUse;
import dev.tollgate.cache.TierStatistics;
import dev.tollgate.kernel.Money;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the cache has done. */
@Schema(example = """
        {"from": "2026-11-20T20:00:00Z", "to": "2026-11-21T20:00:00Z",
         "data": [{"organization_id": "org_4fk2m9x0q7ab", "route": "support-bot", "feature": null, "requests": 1200,
                   "hits": {"memory": 300, "postgresql": 60}, "coalesced": 12, "hit_rate": 0.3, "saved": "1.24",
                   "saved_seconds": 402.5}],
         "tiers": [{"tier": "memory", "hits": 300, "misses": 900, "failures": 0, "hit_rate": 0.25,
                    "lookup_seconds": 0.0012, "answers": 800, "bytes": 4400000, "evictions": 0}]}
        """)
public record CacheStatsView(
        Instant from,
        Instant to,

        @Schema(description = "Those that saved most first; at most 1,000.")
        List<Use> data,

        @Schema(description = "Of the process that answers, since its start.")
        List<Tier> tiers) {

    /** Of a group of requests. */
    public record Use(
            @Schema(description = "Null where groups don't tell it.") @Nullable
            String organizationId,

            @Schema(description = "Null where groups don't tell it; empty for none.") @Nullable
            String route,

            @Schema(description = "Null where groups don't tell it; empty for none.") @Nullable
            String feature,

            @Schema(description = "All of them, those that are never cached included.")
            long requests,

            @Schema(description = "Answered from the cache, by tier.")
            Map<String, Long> hits,

            @Schema(description = "Shared the answer to another request under way.")
            long coalesced,

            @Schema(description = "The part of requests that was answered from the cache, 0 to 1.")
            BigDecimal hitRate,

            @Schema(description = "What they would have cost.")
            Money saved,

            @Schema(description = "That callers did not have to wait.")
            BigDecimal savedSeconds) {}

    /** Of one tier. */
    public record Tier(
            String tier,
            long hits,
            long misses,

            @Schema(description = "Look-ups that failed or took too long.")
            long failures,

            BigDecimal hitRate,

            @Schema(description = "That all look-ups took together.")
            BigDecimal lookupSeconds,

            @Schema(description = "Null where that is not known.") @Nullable
            Long answers,

            @Schema(description = "Null where that is not known.") @Nullable
            Long bytes,

            @Schema(description = "Answers that had to go for others.")
            long evictions) {}

    static CacheStatsView of(
            Instant from, Instant to, List<CacheUse.By> groups, List<CacheUse> uses, List<TierStatistics> tiers) {
        return new CacheStatsView(
                from,
                to,
                uses.stream().map(use -> use(groups, use)).toList(),
                tiers.stream().map(CacheStatsView::tier).toList());
    }

    private static Use use(List<CacheUse.By> groups, CacheUse use) {
        long hits = use.hits().values().stream().mapToLong(Long::longValue).sum();
        return new Use(
                group(groups, use, CacheUse.By.ORGANIZATION_ID),
                group(groups, use, CacheUse.By.ROUTE),
                group(groups, use, CacheUse.By.FEATURE),
                use.requests(),
                use.hits(),
                use.coalesced(),
                rate(hits, use.requests()),
                use.saved(),
                BigDecimal.valueOf(use.savedMicros(), 6));
    }

    private static @Nullable String group(List<CacheUse.By> groups, CacheUse use, CacheUse.By by) {
        int at = groups.indexOf(by);
        return at < 0 ? null : use.group().get(at);
    }

    private static Tier tier(TierStatistics tier) {
        return new Tier(
                tier.tier(),
                tier.hits(),
                tier.misses(),
                tier.failures(),
                rate(tier.hits(), tier.hits() + tier.misses() + tier.failures()),
                BigDecimal.valueOf(tier.lookUpNanos(), 9),
                known(tier.holdings().answers()),
                known(tier.holdings().bytes()),
                tier.holdings().evictions());
    }

    private static @Nullable Long known(long number) {
        return number < 0 ? null : number;
    }

    private static BigDecimal rate(long part, long whole) {
        return whole == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(part).divide(BigDecimal.valueOf(whole), 4, RoundingMode.DOWN);
    }
}
