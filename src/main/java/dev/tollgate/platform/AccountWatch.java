package dev.tollgate.platform;

import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Attempt;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.AnswerClass;
import dev.tollgate.provider.CredentialCheck;
import dev.tollgate.provider.CredentialCheck.Verdict;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.provider.pg.AccountFeed.InForce;
import dev.tollgate.provider.pg.PgAccounts;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Watches how accounts answer. Where a credential is refused several times in a row the provider is asked, apart from any
 * request, whether it is good, so that no caller can have an account disabled by asking for what it may not have; where the
 * provider says no the account is disabled on all replicas, and an alert is raised.
 */
final class AccountWatch {
    private static final Logger LOG = Logger.getLogger(AccountWatch.class);

    private static final int TIMED_OUT = 504;

    private final AccountHealths healths;
    private final AccountFeed feed;
    private final CredentialCheck check;
    private final PgAccounts store;
    private final InstantSource clock;
    private final int refusalsMax;
    private final Set<String> suspected = ConcurrentHashMap.newKeySet();

    AccountWatch(
            AccountHealths healths,
            AccountFeed feed,
            CredentialCheck check,
            PgAccounts store,
            InstantSource clock,
            int refusalsMax) {
        this.healths = healths;
        this.feed = feed;
        this.check = check;
        this.store = store;
        this.clock = clock;
        this.refusalsMax = refusalsMax;
    }

    /** Takes in what an entry says of the accounts that it went over. How long the first byte took it says of the last one. */
    void booked(LedgerEntry entry) {
        List<Attempt> attempts = entry.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            Attempt attempt = attempts.get(i);
            if (tells(attempt)) {
                boolean isLast = i == attempts.size() - 1;
                boolean isInTime = !isLast || entry.end().status() != TIMED_OUT;
                observe(attempt, isInTime, attempts.size() == 1 ? entry.timing().firstByteMicros() : -1);
            }
        }
    }

    /** Keys that callers brought, and clients that went away, tell nothing of an account. */
    private static boolean tells(Attempt attempt) {
        return !attempt.accountId().endsWith("/caller")
                && attempt.outcome() != Outcome.CANCELLED
                && attempt.outcome() != Outcome.INTERRUPTED;
    }

    private void observe(Attempt attempt, boolean isInTime, long firstByteMicros) {
        boolean brokeOff = attempt.outcome() == Outcome.CUT_OFF || attempt.outcome() == Outcome.FAILED;
        AnswerClass answer =
                brokeOff && !isInTime ? AnswerClass.TIMEOUT : AnswerClass.of(brokeOff ? 0 : attempt.status());
        int refused = healths.of(attempt.accountId()).ended(answer, firstByteMicros, clock.millis());
        if (answer == AnswerClass.AUTHENTICATION && refused % refusalsMax == 0 && suspected.add(attempt.accountId())) {
            ask(attempt.accountId()).onComplete(_ -> suspected.remove(attempt.accountId()));
        }
    }

    /** Tells whether something came of it. */
    private Future<Boolean> ask(String accountId) {
        InForce found = feed.find(accountId).orElse(null);
        if (found == null) {
            return store.tellRefused(accountId)
                    .onFailure(failure -> LOG.warnf(
                            "That the credential of %s is refused can't be told: %s", accountId, failure.getMessage()));
        }
        return check.check(found.account()).compose(verdict -> switch (verdict) {
            case Verdict.Refused refused -> disable(found, "the provider refuses its credential: " + refused.status());
            // Only a tenant's own requests go over its account.
            case Verdict.Untold _
            when !found.account().isShared() ->
                disable(found, "the provider refused its credential " + refusalsMax + " times in a row");
            case Verdict.Untold _ -> store.tellRefused(accountId);
            case Verdict.Good _ -> {
                healths.of(accountId).forgetRefusals();
                yield Future.succeededFuture(false);
            }
            case Verdict.Forbidden _, Verdict.Unknown _ -> Future.succeededFuture(false);
        });
    }

    private Future<Boolean> disable(InForce found, String why) {
        var credential = found.record().credential();
        return store.disable(found.record().id(), credential == null ? null : credential.setAt(), why)
                .onSuccess(disabled -> {
                    if (disabled) {
                        LOG.infof("Account %s is disabled: %s", found.record().id(), why);
                    }
                })
                .onFailure(failure -> LOG.warnf(
                        "Account %s can't be disabled at present: %s",
                        found.record().id(), failure.getMessage()));
    }
}
