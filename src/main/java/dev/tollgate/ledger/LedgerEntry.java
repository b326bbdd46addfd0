package dev.tollgate.ledger;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.kernel.Usage;
import org.jspecify.annotations.Nullable;

/**
 * The immutable record of one request. Times are in microseconds.
 *
 * @param target where the request went, or null when it went nowhere
 * @param usage what was consumed
 * @param cost what that costs and how it is known
 * @param end how the request ended
 * @param timing how long it took
 */
public record LedgerEntry(
        RequestId requestId,
        String organizationId,
        String keyId,
        String operation,
        boolean streamed,
        @Nullable String modelAsked,
        @Nullable String callerRequestId,
        @Nullable Target target,
        Usage usage,
        CostRecord cost,
        End end,
        Timing timing) {

    /**
     * The account and the model that answered.
     *
     * @param simulated whether no real provider stands behind the account
     */
    public record Target(
            String provider,
            String accountId,
            boolean simulated,
            String payer,
            @Nullable String modelSent,
            @Nullable String modelServed,
            @Nullable String serviceTier,
            @Nullable String upstreamRequestId) {}

    /**
     * What the request costs.
     *
     * @param providerCost what the owner of the account pays to the provider
     * @param charge what the organization pays
     * @param priceVersion the version of the price that it was computed with
     * @param estimated whether tokens were counted by Tollgate because the provider reported none
     * @param flags what is unusual about it: {@code untrusted_usage}, {@code unpriced_meter}, {@code saturated}
     */
    public record CostRecord(
            Money providerCost,
            Money charge,
            @Nullable String priceVersion,
            boolean estimated,
            @Nullable String flags) {
        /** Nothing was consumed. */
        public static final CostRecord NONE = new CostRecord(Money.ZERO, Money.ZERO, null, false, null);
    }

    /**
     * How it ended.
     *
     * @param status the HTTP status that the caller got
     * @param errorCode the label of the problem, or null
     */
    public record End(Outcome outcome, int status, @Nullable String errorCode, boolean clientGone) {}

    /**
     * @param firstByteMicros until the first byte of the answer came from the provider, or -1
     * @param requestBytes bytes of the request's body
     */
    public record Timing(long totalMicros, long firstByteMicros, long requestBytes, long responseBytes) {}
}
