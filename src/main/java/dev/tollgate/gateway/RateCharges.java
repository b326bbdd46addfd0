package dev.tollgate.gateway;

import dev.tollgate.kernel.Usage;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.rate.Bucket;
import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.Permit;
import dev.tollgate.limits.rate.Standing;
import dev.tollgate.wire.RequestFacts;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request is charged by the rates and slots that count it. */
final class RateCharges {
    /** Of requests that nobody has given one. */
    static final int PRIORITY = 1;

    /** Text is taken at four bytes a token, the common rule of thumb, until it is known. */
    private static final long BYTES_PER_TOKEN = 4;

    private static final RateCharges NONE = new RateCharges(List.of(), List.of());

    private final List<UsageLimit> limits;
    private final List<Charge> charges;

    /** @param limits one for each charge */
    private RateCharges(List<UsageLimit> limits, List<Charge> charges) {
        this.limits = limits;
        this.charges = charges;
    }

    static RateCharges of(Exchange exchange, List<UsageLimit> all, Traits traits) {
        if (all.isEmpty()) {
            return NONE;
        }
        List<UsageLimit> limits = new ArrayList<>(4);
        List<Charge> charges = new ArrayList<>(4);
        for (UsageLimit limit : all) {
            if (limit.kind().isRate() || limit.kind() == Kind.CONCURRENCY) {
                limits.add(limit);
                charges.add(new Charge(
                        Bucket.of(limit, traits), estimate(exchange, limit.kind()), limit.mode() == Mode.HARD));
            }
        }
        return limits.isEmpty() ? NONE : new RateCharges(limits, charges);
    }

    /** Of tokens those of the text, and of the output as many as it may have at most, where that is said. */
    private static long estimate(Exchange exchange, Kind kind) {
        RequestFacts facts = exchange.body().facts();
        long input = exchange.path().operation().runsModel() ? Math.ceilDiv(facts.textBytes(), BYTES_PER_TOKEN) : 0;
        long output = Math.max(0, facts.outputCap()) * facts.choices();
        return switch (kind) {
            case INPUT_TOKENS -> input;
            case OUTPUT_TOKENS -> output;
            case TOKENS -> input + output;
            default -> 1;
        };
    }

    boolean isEmpty() {
        return charges.isEmpty();
    }

    List<Charge> charges() {
        return charges;
    }

    /** The same buckets, asked how they stand and charged nothing. */
    List<Charge> questions() {
        return charges.stream()
                .map(charge -> new Charge(charge.bucket(), 0, charge.binds()))
                .toList();
    }

    UsageLimit limit(int charge) {
        return limits.get(charge);
    }

    /** Keeps what was charged until the request is booked, and notes which limits it went beyond. */
    void keep(Exchange exchange, Decision.Admitted admitted) {
        admitted.beyond().forEach(i -> exchange.beyond().add(limits.get(i)));
        exchange.onBooked(entry -> {
            correct(admitted.permit(), entry.usage());
            admitted.permit().release();
        });
    }

    /** The same until the attempt is over, for what counts attempts. */
    void keepForAttempt(Exchange exchange, Decision.Admitted admitted) {
        admitted.beyond().forEach(i -> exchange.beyond().add(limits.get(i)));
        exchange.onAttemptOver(used -> {
            correct(admitted.permit(), used);
            admitted.permit().release();
        });
    }

    /** Puts the tokens that were used in the place of the estimate. */
    private void correct(Permit permit, Usage used) {
        for (int i = 0; i < limits.size(); i++) {
            switch (limits.get(i).kind()) {
                case INPUT_TOKENS -> permit.correct(i, used.inputTokens());
                case OUTPUT_TOKENS -> permit.correct(i, used.outputTokens());
                case TOKENS -> permit.correct(i, used.totalTokens());
                default -> {}
            }
        }
    }

    /** The headers that tell how the limits stand that are nearest to their end, of those that refuse. */
    MultiMap headersOf(Decision.Admitted admitted) {
        MultiMap headers = HttpHeaders.headers();
        tell(headers, "requests", nearest(admitted.standings(), /* tokens= */ false));
        tell(headers, "tokens", nearest(admitted.standings(), /* tokens= */ true));
        return headers;
    }

    /** The same of the limit that refused. */
    MultiMap headersOf(Decision.Refused refused) {
        MultiMap headers = HttpHeaders.headers();
        Kind kind = limits.get(refused.charge()).kind();
        if (kind.isRate()) {
            tell(headers, kind == Kind.REQUESTS ? "requests" : "tokens", refused.standing());
        }
        return headers;
    }

    private @Nullable Standing nearest(List<Standing> standings, boolean tokens) {
        Standing nearest = null;
        for (int i = 0; i < limits.size(); i++) {
            Kind kind = limits.get(i).kind();
            if (charges.get(i).binds() && kind.isRate() && (kind != Kind.REQUESTS) == tokens) {
                Standing standing = standings.get(i);
                nearest = nearest == null || share(standing) < share(nearest) ? standing : nearest;
            }
        }
        return nearest;
    }

    private static double share(Standing standing) {
        return standing.limit() == 0 ? 0 : (double) standing.remaining() / standing.limit();
    }

    private static void tell(MultiMap headers, String what, @Nullable Standing standing) {
        if (standing != null) {
            headers.set("x-ratelimit-limit-" + what, Long.toString(standing.limit()));
            headers.set("x-ratelimit-remaining-" + what, Long.toString(Math.max(0, standing.remaining())));
            headers.set("x-ratelimit-reset-" + what, LimitProblems.duration(standing.resetMillis()));
        }
    }
}
