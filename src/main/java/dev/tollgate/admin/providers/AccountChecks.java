package dev.tollgate.admin.providers;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.CredentialCheck;
import dev.tollgate.provider.CredentialCheck.Verdict;
import dev.tollgate.provider.EntraTokens;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.Provider;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at an account before it is stored: may its base URL be connected to, is its credential good? */
@Singleton
public final class AccountChecks {
    private final GuardedHosts hosts;
    private final CredentialCheck check;
    private final EntraTokens tokens;

    public AccountChecks(GuardedHosts hosts, CredentialCheck check, EntraTokens tokens) {
        this.hosts = hosts;
        this.check = check;
        this.tokens = tokens;
    }

    /**
     * Refuses a base URL that may not be connected to. One whose name leads nowhere may lead somewhere later; it is looked
     * at again whenever it is connected to.
     */
    Future<Void> mustBeReachable(AccountRecord record, Provider at) {
        Account account = record.account(at, null, /* outOfUse= */ null);
        if (!account.guarded()) {
            return Future.succeededFuture();
        }
        BaseUrl url = account.baseUrl();
        return hosts.find(url).<Void>mapEmpty().recover(failure -> {
            if (failure instanceof GuardedHosts.Refused refused) {
                return Future.failedFuture(forbidden(String.valueOf(refused.getMessage())));
            }
            return Future.succeededFuture();
        });
    }

    /** Refuses a credential that the provider refuses, or can't be asked about. */
    Future<Void> mustBeGood(AccountRecord record, Provider at, @Nullable String secret) {
        return verdict(record, at, secret).map(verdict -> switch (verdict) {
            case Verdict.Good _, Verdict.Untold _ -> null;
            case Verdict.Refused refused ->
                throw AccountBody.invalid(
                        "credential",
                        "the provider answered " + refused.status()
                                + " (expected: one that it accepts, or check: false to store it anyway)");
            case Verdict.Forbidden forbidden -> throw forbidden(forbidden.why());
            case Verdict.Unknown unknown ->
                throw AccountBody.invalid(
                        "base_url",
                        unknown.why() + " (expected: a provider that can be asked, or check: false to store it"
                                + " anyway)");
        });
    }

    /** Asks the provider, by a token where it wants one. */
    Future<Verdict> verdict(AccountRecord record, Provider at, @Nullable String secret) {
        if (record.entra() == null || at.entra() == null) {
            return check.check(record.account(at, secret, /* outOfUse= */ null));
        }
        return tokens.get(at.entra(), Objects.requireNonNull(record.entra()), secret == null ? "" : secret)
                .compose(token -> check.check(record.account(at, token.text(), /* outOfUse= */ null)))
                .recover(failure -> Future.succeededFuture(
                        failure instanceof EntraTokens.Refused refused && refused.isFinal()
                                ? new Verdict.Refused(401)
                                : new Verdict.Unknown("Microsoft Entra ID can't be asked")));
    }

    private static Problem forbidden(String why) {
        return new Problem(ProblemCode.INVALID_VALUE, "base_url: " + why, "base_url");
    }
}
