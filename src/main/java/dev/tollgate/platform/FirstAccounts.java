package dev.tollgate.platform;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.simulated.SimulatedProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The accounts that need no database: those of the environment, and the simulated provider's. */
@Singleton
final class FirstAccounts {
    private final TollgateConfig config;
    private final Vertx vertx;
    private final ProviderCatalog catalog;
    private final Accounts accounts;
    private final boolean embedded;
    private final boolean demo;
    private final Map<String, String> environment = System.getenv();
    private boolean simulates;
    private @Nullable SimulatedProvider simulated;
    private List<Account> all = List.of();

    FirstAccounts(
            TollgateConfig config,
            Vertx vertx,
            ProviderCatalog catalog,
            Accounts accounts,
            @ConfigProperty(name = Launch.EMBEDDED, defaultValue = "false") boolean embedded,
            @ConfigProperty(name = Demo.PROPERTY, defaultValue = "false") boolean demo) {
        this.config = config;
        this.vertx = vertx;
        this.catalog = catalog;
        this.accounts = accounts;
        this.embedded = embedded;
        this.demo = demo;
    }

    /** Reads the environment; what is wrong there is a {@link StartFailure}. */
    void prepare() {
        List<Account> found = Providers.accounts(catalog, environment, /* organizationId= */ null);
        Providers.refuseSelf(catalog, found, config.port());
        if (demo) {
            Demo.refuseRealMoney(catalog, found);
        }
        simulates = simulates(found);
    }

    /** Starts the simulated provider, where it answers. */
    Future<?> start() {
        return simulates
                ? SimulatedProvider.start(vertx, /* port= */ 0, Clock.systemUTC())
                        .onSuccess(provider -> simulated = provider)
                : Future.succeededFuture();
    }

    /** Puts them in force for those who may use them. */
    void putInForce(Tenancy.Found found) {
        List<Account> usable = new ArrayList<>(Providers.accounts(catalog, environment, owner(found)));
        if (simulated != null) {
            usable.add(account(simulated));
        }
        accounts.replace(usable);
        all = usable;
    }

    /** Those in force. */
    List<Account> all() {
        return all;
    }

    /** Completes when the simulated provider has ended. */
    Future<Void> stop() {
        return simulated == null ? Future.succeededFuture() : simulated.close();
    }

    /** Simulated answers are for trying Tollgate out; nobody shall get them by having forgotten a key. */
    private boolean simulates(List<Account> fromEnvironment) {
        boolean answers = config.simulated().orElse(embedded && fromEnvironment.isEmpty());
        if (!answers && fromEnvironment.isEmpty() && config.simulated().isEmpty()) {
            throw new StartFailure("No provider is configured. Set OPENAI_API_KEY (or another provider's key), or"
                    + " TOLLGATE_SIMULATED=true for made-up answers, or TOLLGATE_SIMULATED=false to have accounts in the"
                    + " database alone.");
        }
        return answers;
    }

    private @Nullable String owner(Tenancy.Found found) {
        TollgateConfig.AccountOwner byDefault =
                embedded ? TollgateConfig.AccountOwner.FIRST : TollgateConfig.AccountOwner.PLATFORM;
        return config.accountOwner().orElse(byDefault) == TollgateConfig.AccountOwner.FIRST
                ? found.firstOrganizationId()
                : null;
    }

    private static Account account(SimulatedProvider provider) {
        return new Account(
                "simulated",
                "openai", // it charges OpenAI's prices
                BaseUrl.parse(provider.baseUrl()),
                SimulatedProvider.API_KEY,
                /* organizationId= */ null,
                /* simulated= */ true);
    }
}
