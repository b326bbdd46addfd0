package dev.tollgate.ledger;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.kernel.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The immutable record of one request, or of several that were refused alike. Times are in microseconds.
 *
 * @param parentId the request on whose behalf this one was made, or null
 * @param origin who asked
 * @param asked what was asked for
 * @param target where the request went, or null when it went nowhere
 * @param attempts the calls to providers, in their order
 * @param consumed what was consumed
 * @param cost what that costs and how it is known
 * @param end how the request ended
 * @param timing how long it took
 * @param mergedCount requests that this entry stands for
 * @param holds what was held of budgets for it, or null
 * @param flags what is unusual about it: {@code untrusted_usage}, {@code unpriced_meter}, {@code saturated}, …
 */
public record LedgerEntry(
        RequestId requestId,
        EntryKind kind,
        Purpose purpose,
        @Nullable RequestId parentId,
        Origin origin,
        Asked asked,
        @Nullable Target target,
        List<Attempt> attempts,
        Consumed consumed,
        CostRecord cost,
        End end,
        Timing timing,
        int mergedCount,
        @Nullable Holds holds,
        List<String> flags) {

    public Usage usage() {
        return consumed.usage();
    }

    /** Whether Tollgate refused the request, so that many like it may share an entry. */
    boolean isRefusal() {
        return end.outcome() == Outcome.REFUSED;
    }

    /** This refusal and another one as one entry, under the id of this one. */
    LedgerEntry mergedWith(LedgerEntry other) {
        return new LedgerEntry(
                requestId,
                kind,
                purpose,
                parentId,
                origin,
                asked,
                target,
                attempts,
                consumed,
                cost,
                end,
                timing.plus(other.timing),
                mergedCount + other.mergedCount,
                holds,
                flags);
    }

    /**
     * Who asked, as it was at that time.
     *
     * @param endUser a keyed hash of who used the application, or null
     * @param tags what the caller marked the request with
     */
    public record Origin(
            String organizationId,
            @Nullable String clientId,
            String keyId,
            @Nullable String feature,
            @Nullable String tier,
            @Nullable String endUser,
            Map<String, String> tags) {}

    /**
     * What was asked for.
     *
     * @param model as the caller named it
     * @param queryType what kind of question it is, or null where that was not looked at
     * @param difficulty 0 to 100, or -1 where it was not looked at
     */
    public record Asked(
            String operation,
            boolean streamed,
            @Nullable String model,
            @Nullable String serviceTier,
            @Nullable String callerRequestId,
            @Nullable Route route,
            @Nullable String queryType,
            int difficulty) {}

    /**
     * The route that was taken.
     *
     * @param version of the route: the number of its last change, or of a file's {@code file:} and what tells texts apart
     * @param candidate where the one is written that it went to, or null where it went to none
     * @param experimentArm which arm of an experiment, if there is one
     */
    public record Route(
            String name,
            @Nullable String version,
            @Nullable String candidate,
            @Nullable String experimentArm) {}

    /**
     * The account and the model that answered.
     *
     * @param deployment the name of the model's deployment, where the provider has such
     * @param simulated whether no real provider stands behind the account
     * @param payer who pays the provider: {@code platform}, {@code organization} or {@code client}
     */
    public record Target(
            String provider,
            String accountId,
            @Nullable String region,
            @Nullable String deployment,
            boolean simulated,
            String payer,
            @Nullable String modelSent,
            @Nullable String modelServed,
            @Nullable String serviceTier,
            @Nullable String upstreamRequestId) {}

    /**
     * One call to a provider.
     *
     * @param status what the provider answered, or 0 where it did not
     * @param micros from sending the request to the end of the answer or of the wait for it
     * @param bookedAs the entry of kind {@link EntryKind#ATTEMPT} that says what it may have cost, where that is not part of
     *     the request's own; else null
     */
    public record Attempt(
            String accountId,
            @Nullable String model,
            Outcome outcome,
            int status,
            long micros,
            @Nullable RequestId bookedAs) {
        public Attempt(String accountId, @Nullable String model, Outcome outcome, int status, long micros) {
            this(accountId, model, outcome, status, micros, null);
        }
    }

    /**
     * What was consumed.
     *
     * @param raw the usage as the provider sent it: JSON in ASCII without escapes, or null
     */
    public record Consumed(Usage usage, @Nullable String raw) {
        public static final Consumed NOTHING = new Consumed(Usage.NONE, null);

        /** What was counted that is not tokens, as {@code unit} and count; the first where there are several. */
        @Nullable
        Meter unit() {
            for (Meter meter : UNITS) {
                if (usage.count(meter) != 0) {
                    return meter;
                }
            }
            return null;
        }

        private static final Meter[] UNITS = List.of(Meter.values()).stream()
                .filter(meter -> meter.kind() == Meter.Kind.UNIT)
                .toArray(Meter[]::new);
    }

    /**
     * What the request costs.
     *
     * @param providerCost what the owner of the account pays to the provider
     * @param charge what the organization pays
     * @param baseline what the model that was asked for would have cost
     * @param savings what was saved, by cause
     * @param priceVersion the version of the price that it was computed with
     * @param estimated whether tokens were counted by Tollgate because the provider reported none
     */
    public record CostRecord(
            Money providerCost,
            Money charge,
            Money baseline,
            Map<String, Money> savings,
            @Nullable String priceVersion,
            boolean estimated) {
        /** Nothing was consumed. */
        public static final CostRecord NONE =
                new CostRecord(Money.ZERO, Money.ZERO, Money.ZERO, Map.of(), null, /* estimated= */ false);
    }

    /**
     * How it ended.
     *
     * @param status the HTTP status that the caller got
     * @param errorClass the kind of error, as in the answer's {@code type}, or null
     * @param errorCode the label of the problem or the provider's code, or null
     * @param reused the answer to another request, that this one was given, too, or null
     */
    public record End(
            Outcome outcome,
            int status,
            @Nullable String errorClass,
            @Nullable String errorCode,
            boolean clientGone,
            @Nullable Reused reused) {}

    /**
     * An answer that was given again.
     *
     * @param cache what kind of cache had it, {@code exact}, or null where the other request was still under way
     * @param tier which part of the cache had it, or null
     * @param modelServed the model that had answered, or null
     * @param simulated whether no real provider had answered, so that nothing was saved
     */
    public record Reused(
            @Nullable String cache,
            @Nullable String tier,
            @Nullable String modelServed,
            boolean simulated) {}

    /**
     * What was held of budgets, in whose windows the entry counts.
     *
     * @param epoch the run of the replica that held
     * @param windowIds one for each amount
     * @param amounts in what the window's budget counts
     */
    public record Holds(long epoch, long[] windowIds, long[] amounts) {}

    /**
     * @param firstByteMicros until the first byte of the answer came from the provider, or -1
     * @param savedMicros time that the caller did not have to wait
     * @param requestBytes bytes of the request's body
     */
    public record Timing(
            long totalMicros, long firstByteMicros, long savedMicros, long requestBytes, long responseBytes) {
        Timing plus(Timing other) {
            return new Timing(
                    totalMicros + other.totalMicros,
                    firstByteMicros,
                    savedMicros + other.savedMicros,
                    requestBytes + other.requestBytes,
                    responseBytes + other.responseBytes);
        }
    }
}
