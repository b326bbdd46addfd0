package dev.tollgate.provider.pg;

import dev.tollgate.feed.Readings;
import dev.tollgate.feed.VersionedFeed;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.EntraTokens;
import dev.tollgate.provider.EntraTokens.Token;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.health.Watched;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows the accounts in PostgreSQL into memory: what has changed since the last look is read, its credentials are opened
 * once, and all is put in force as one. Of accounts whose credential is exchanged for tokens it keeps a token that is
 * good. Safe for threads.
 */
public final class AccountFeed extends VersionedFeed {
    private static final long TOKEN_LOOK_MILLIS = 1_000;
    private static final Duration TOKEN_RETRY = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final PgAccounts store;
    private final Vault vault;
    private final ProviderCatalog catalog;
    private final Accounts accounts;
    private final AccountHealths healths;
    private final EntraTokens tokens;
    private final InstantSource clock;
    private final Map<String, Known> known = new HashMap<>();
    private Set<String> down = Set.of();

    public AccountFeed(
            Vertx vertx,
            PgAccounts store,
            Vault vault,
            ProviderCatalog catalog,
            Accounts accounts,
            AccountHealths healths,
            EntraTokens tokens,
            InstantSource clock) {
        super("accounts");
        this.vertx = vertx;
        this.store = store;
        this.vault = vault;
        this.catalog = catalog;
        this.accounts = accounts;
        this.healths = healths;
        this.tokens = tokens;
        this.clock = clock;
    }

    /** An account, and what became of it. Changed under the feed's lock. */
    private static final class Known {
        final AccountRecord record;
        final @Nullable String secret;

        @Nullable
        String problem;

        @Nullable
        Token token;

        @Nullable
        Account usable;

        @Nullable
        Account inForce;

        Instant tokenAskedAt = Instant.MIN;

        Known(AccountRecord record, @Nullable String secret, @Nullable String problem) {
            this.record = record;
            this.secret = secret;
            this.problem = problem;
        }
    }

    /** What was read of a row. */
    private record Opened(
            String id, boolean deleted, @Nullable Known known) {}

    /** Renews tokens from now on before they expire. */
    public void keepTokens() {
        vertx.setPeriodic(TOKEN_LOOK_MILLIS, _ -> renewTokens());
    }

    /** The account as requests use it, and its record; empty where it is not in force. */
    public synchronized Optional<InForce> find(String id) {
        Known found = known.get(id);
        return found == null || found.inForce == null
                ? Optional.empty()
                : Optional.of(new InForce(found.record, found.inForce));
    }

    /** All accounts that could be used, also those that others stand in for because they are down. */
    public synchronized List<Watched> watched() {
        return known.values().stream()
                .map(each -> each.usable == null ? null : new Watched(each.usable, each.record.name()))
                .filter(Objects::nonNull)
                .toList();
    }

    /** Says which accounts are down: where their owners allow that, others stand in for them from now on, until they aren't. */
    public synchronized void down(Set<String> accountIds) {
        if (!down.equals(accountIds)) {
            down = Set.copyOf(accountIds);
            accounts.down(down);
            publish();
        }
    }

    /** An account that requests use. */
    public record InForce(AccountRecord record, Account account) {}

    /** Why an enabled account is not in force in this process; empty where it is. */
    public synchronized Optional<String> problem(String id) {
        Known found = known.get(id);
        return found == null ? Optional.empty() : Optional.ofNullable(found.problem);
    }

    @Override
    protected Future<Integer> readNews() {
        return store.version()
                .compose(last -> isKnown(last)
                        ? Future.succeededFuture(0)
                        : store.changedAfter(version())
                                .compose(rows -> vertx.executeBlocking(() -> open(rows), /* ordered= */ false))
                                .map(opened -> {
                                    take(last, opened);
                                    return opened.size();
                                }))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** On a worker thread: a master key may be kept by a service that must be asked. */
    private List<Opened> open(RowSet<Row> rows) {
        List<Opened> opened = new ArrayList<>();
        for (Row row : rows) {
            String id = row.getString("id");
            boolean deleted = row.getOffsetDateTime("deleted_at") != null;
            opened.add(new Opened(id, deleted, deleted ? null : open(id, row)));
        }
        return opened;
    }

    private Known open(String id, Row row) {
        AccountRecord record = AccountRows.record(row);
        String sealed = row.getString("credential");
        try {
            String secret = sealed == null ? null : vault.open(AccountRows.CREDENTIAL.place(id), sealed);
            return new Known(record, secret, null);
        } catch (Vault.Unopenable e) {
            return new Known(record, null, e.getMessage());
        }
    }

    /** The rows may have later changes in them than the version says, which are read again with the next look. */
    private synchronized void take(long last, List<Opened> opened) {
        if (last <= version()) {
            return;
        }
        for (Opened each : opened) {
            Known before = each.deleted() ? known.remove(each.id()) : known.put(each.id(), each.known());
            if (before == null || each.known() == null || !isSameSecret(before.record, each.known().record)) {
                healths.of(each.id()).forgetRefusals();
            } else {
                each.known().token = before.token;
            }
        }
        known(last);
        publish();
        renewTokens();
    }

    private static boolean isSameSecret(AccountRecord one, AccountRecord other) {
        return Objects.equals(one.credential(), other.credential()) && Objects.equals(one.entra(), other.entra());
    }

    private synchronized void publish() {
        accounts.replaceStored(known.values().stream()
                .sorted(Comparator.comparing((Known each) -> each.record.createdAt())
                        .thenComparing(each -> each.record.id()))
                .map(this::published)
                .filter(Objects::nonNull)
                .toList());
        accounts.nameStored(known.values().stream().map(each -> each.record).toList());
    }

    /** What requests are to know of it: nothing, where its owner has taken it out of use or lets others stand in. */
    private @Nullable Account published(Known each) {
        each.usable = null;
        each.inForce = null;
        Provider provider = catalog.find(each.record.provider()).orElse(null);
        if (provider == null) {
            each.problem = "the provider " + each.record.provider() + " is not known to this version";
            return null;
        }
        if (each.record.isUnwanted()) {
            return null;
        }
        if (each.record.isEnabled() && isUsable(each)) {
            each.usable = each.record.account(
                    provider, each.token == null ? each.secret : each.token.text(), /* outOfUse= */ null);
            each.inForce = each.record.standIn() && down.contains(each.record.id()) ? null : each.usable;
            return each.inForce;
        }
        return each.record.standIn() ? null : each.record.account(provider, null, outOfUse(each));
    }

    private boolean isUsable(Known each) {
        if (each.record.entra() != null) {
            return each.token != null && !each.token.isExpired(clock.instant());
        }
        return each.secret != null || each.record.credential() == null;
    }

    private static String outOfUse(Known each) {
        if (each.record.disabled() != null) {
            return each.record.disabled().reason();
        }
        return each.problem == null ? "there is no token yet" : each.problem;
    }

    private synchronized void renewTokens() {
        Instant now = clock.instant();
        for (Known each : known.values()) {
            boolean isDue = each.record.isEnabled()
                    && each.record.entra() != null
                    && each.secret != null
                    && (each.token == null || each.token.isDue(now))
                    && each.tokenAskedAt.isBefore(now.minus(TOKEN_RETRY));
            if (isDue) {
                each.tokenAskedAt = now;
                renewToken(each);
            }
        }
    }

    private void renewToken(Known each) {
        Provider.Entra entra =
                catalog.find(each.record.provider()).map(Provider::entra).orElse(null);
        if (entra == null) {
            return;
        }
        tokens.get(entra, Objects.requireNonNull(each.record.entra()), Objects.requireNonNull(each.secret))
                .onSuccess(token -> renewed(each, token, null))
                .onFailure(failure -> renewed(each, each.token, "there is no token: " + failure.getMessage()));
    }

    private synchronized void renewed(Known each, @Nullable Token token, @Nullable String problem) {
        each.token = token;
        each.problem = problem;
        publish();
    }
}
