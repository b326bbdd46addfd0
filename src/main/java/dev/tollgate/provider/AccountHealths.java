package dev.tollgate.provider;

import io.vertx.core.MultiMap;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The health of every account that was used, as this process saw it. Safe for threads. */
public final class AccountHealths {
    private final InstantSource clock;
    private final Map<String, AccountHealth> byId = new ConcurrentHashMap<>();

    public AccountHealths(InstantSource clock) {
        this.clock = clock;
    }

    public AccountHealth of(String accountId) {
        return byId.computeIfAbsent(accountId, _ -> new AccountHealth());
    }

    /** Learns what an account has left from the headers of an answer. What callers' own keys have left is theirs to know. */
    void learn(Account account, MultiMap headers) {
        if (!account.callersKey()) {
            LimitHeaders said = LimitHeaders.of(headers, clock.instant());
            if (said != null) {
                of(account.id()).learn(said);
            }
        }
    }
}
