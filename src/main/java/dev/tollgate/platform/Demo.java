package dev.tollgate.platform;

import dev.tollgate.platform.demo.Places;
import dev.tollgate.platform.demo.Show;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.tenancy.pg.PgTenancy;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.SplittableRandom;

/** A minute of traffic of several organizations, started with {@code demo}. It never runs where it would cost money. */
final class Demo {
    static final String PROPERTY = "launch.demo";

    /** The same traffic in every demo. */
    private static final long SEED = 20_261_121;

    private Demo() {}

    /** Refuses to start where a real provider would be called, hundreds of times. */
    static void refuseRealMoney(ProviderCatalog catalog, List<Account> accounts) {
        for (Account account : accounts) {
            if (!account.simulated()) {
                String prefix = catalog.find(account.provider()).orElseThrow().variable();
                throw new StartFailure("The demo makes hundreds of requests, and only of the simulated provider, but "
                        + account.provider() + " at " + account.baseUrl() + " is configured. Unset " + prefix
                        + "_API_KEY and " + prefix + "_BASE_URL to see it.");
            }
        }
    }

    static void start(Vertx vertx, PgTenancy tenancy, Places places) {
        Show show = new Show(tenancy, places, new SplittableRandom(SEED), System::nanoTime, System.out::print);
        vertx.deployVerticle(show).onFailure(failure -> System.err.println("tollgate: demo: " + failure.getMessage()));
    }
}
