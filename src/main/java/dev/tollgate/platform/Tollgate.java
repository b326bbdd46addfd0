package dev.tollgate.platform;

import dev.tollgate.provider.pg.AccountFeed;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** What is started and what is stopped, in order. Each part is a class of its own beside this one. */
@Singleton
final class Tollgate {
    private static final Logger LOG = Logger.getLogger(Tollgate.class);

    private final OwnSecrets secrets;
    private final Prices prices;
    private final FirstAccounts accounts;
    private final VaultKeeper vault;
    private final Alerts alerts;
    private final Ledger ledger;
    private final Spending spending;
    private final Serving serving;
    private final Tenancy tenancy;
    private final Following following;
    private final Volumes volumes;
    private final DeclaredFile declaredFile;
    private final AccountFeed accountFeed;
    private final CacheTiers cache;
    private final ProviderHealth providerHealth;
    private final Welcome welcome;

    Tollgate(
            OwnSecrets secrets,
            Prices prices,
            FirstAccounts accounts,
            VaultKeeper vault,
            Alerts alerts,
            Ledger ledger,
            Spending spending,
            Serving serving,
            Tenancy tenancy,
            Following following,
            Volumes volumes,
            DeclaredFile declaredFile,
            AccountFeed accountFeed,
            CacheTiers cache,
            ProviderHealth providerHealth,
            Welcome welcome) {
        this.secrets = secrets;
        this.prices = prices;
        this.accounts = accounts;
        this.vault = vault;
        this.alerts = alerts;
        this.ledger = ledger;
        this.spending = spending;
        this.serving = serving;
        this.tenancy = tenancy;
        this.following = following;
        this.volumes = volumes;
        this.declaredFile = declaredFile;
        this.accountFeed = accountFeed;
        this.cache = cache;
        this.providerHealth = providerHealth;
        this.welcome = welcome;
    }

    void start(@Observes StartupEvent event) {
        try {
            prepare();
            open();
            listen().compose(this::letIn).onSuccess(this::begin).onFailure(failure -> giveUp(reason(failure)));
        } catch (StartFailure e) {
            giveUp(reason(e));
        }
    }

    /** Reads the settings: what is wrong is told before anything is opened. */
    private void prepare() {
        secrets.prepare();
        vault.prepare();
        prices.prepare();
        accounts.prepare();
        alerts.prepare();
        cache.prepare();
    }

    /** Opens what requests are written into; it needs no database. */
    private void open() {
        ledger.open();
        spending.open();
    }

    /** Listens, and waits for the database as long as it takes; requests are told to come again. */
    private Future<Tenancy.Found> listen() {
        return serving.start()
                .compose(_ -> ledger.start()) // after the servers, for a loop that none of them has
                .compose(_ -> accounts.start())
                .compose(_ -> tenancy.prepare());
    }

    /** Reads all that has to be known, and the keys last: from then on requests are served. */
    private Future<Tenancy.Found> letIn(Tenancy.Found found) {
        accounts.putInForce(found);
        found.firstKey().ifPresent(secrets::keep);
        return following
                .read()
                .compose(_ -> volumes.follow())
                .compose(_ -> declaredFile.follow())
                .compose(_ -> following.letIn())
                .map(found);
    }

    /** Begins what has to be done again and again beside serving. */
    private void begin(Tenancy.Found found) {
        spending.start();
        accountFeed.keepTokens();
        tenancy.keep();
        alerts.start();
        providerHealth.start();
        vault.start();
        cache.start();
        welcome.say(found.firstKey());
    }

    /** First what others would wait for, then requests, then what they have left behind. Each part may not have started. */
    void stop(@Observes ShutdownEvent event) {
        tenancy.stop();
        following.stop();
        providerHealth.stop();
        volumes.stop();
        cache.stop();
        spending.stop();
        Future<Void> alertsSent = alerts.stop();
        declaredFile.stop();
        serving.stop();
        ledger.flush();
        Patience.BRIEF.await(spending.giveBack()); // what is known to be spent is booked
        ledger.closeJournal();
        Patience.BRIEF.await(tenancy.storeUses());
        Patience.BRIEF.await(ledger.leave());
        Patience.BRIEF.await(alertsSent);
        Patience.LONG.await(accounts.stop());
    }

    private static String reason(Throwable failure) {
        if (!(failure instanceof StartFailure)) {
            LOG.error("Tollgate can't start", failure);
        }
        return String.valueOf(failure.getMessage());
    }

    private static void giveUp(String reason) {
        System.err.println("tollgate: " + reason);
        Quarkus.asyncExit(1);
    }
}
