package dev.tollgate.admin.routes;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.rate.Bucket;
import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.Standing;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.provider.Candidate;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says whether accounts have room for a request, by their limits and those of the model that is run. Takes nothing: buckets
 * are asked by charges of nothing.
 *
 * @param inputTokens that it is taken to have
 * @param outputTokens that it may have at most, 0 where nobody has bounded them
 */
record AccountRooms(RateLimits rates, RuleBook book, Traits traits, long inputTokens, long outputTokens) {
    private static final int PRIORITY = 1;

    /** Why there is none, for people; empty where there is some. */
    Future<Optional<String>> full(Candidate candidate) {
        List<UsageLimit> limits = new ArrayList<>();
        List<Charge> questions = new ArrayList<>();
        for (UsageLimit limit : book.limits().ofPlace(candidate.account().id(), candidate.model(), traits)) {
            boolean isCounted = limit.kind().isRate() || limit.kind() == Kind.CONCURRENCY;
            if (isCounted && limit.mode() == Mode.HARD) {
                limits.add(limit);
                questions.add(new Charge(Bucket.of(limit, traits), 0));
            }
        }
        return limits.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : rates.tryAtOnce(questions, PRIORITY).map(decision -> switch (decision) {
                    case Decision.Admitted admitted -> full(limits, admitted.standings());
                    case Decision.Refused refused -> Optional.of(told(limits.get(refused.charge()), 0));
                });
    }

    private Optional<String> full(List<UsageLimit> limits, List<Standing> standings) {
        for (int i = 0; i < limits.size(); i++) {
            UsageLimit limit = limits.get(i);
            long remaining = Math.max(0, standings.get(i).remaining());
            if (needs(limit.kind()) > remaining) {
                return Optional.of(told(limit, remaining));
            }
        }
        return Optional.empty();
    }

    private long needs(Kind kind) {
        return switch (kind) {
            case INPUT_TOKENS -> inputTokens;
            case OUTPUT_TOKENS -> outputTokens;
            case TOKENS -> inputTokens + outputTokens;
            default -> 1;
        };
    }

    private String told(UsageLimit limit, long remaining) {
        return "limit " + limit.id() + " (" + limit.kind().label() + ") has " + remaining + " left of " + limit.atOnce()
                + " (expected: " + needs(limit.kind()) + ")";
    }
}
