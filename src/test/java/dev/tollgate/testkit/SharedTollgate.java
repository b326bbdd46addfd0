package dev.tollgate.testkit;

/**
 * The Tollgate that tests share which need nothing special: over a database of its own, asking {@link TestProvider} over
 * an account that belongs to the first organization. Started when the first test asks, killed when the JVM ends.
 */
public final class SharedTollgate {
    private SharedTollgate() {}

    public static TollgateProcess get() {
        return Running.TOLLGATE;
    }

    private static final class Running {
        static final TollgateProcess TOLLGATE = start();

        private static TollgateProcess start() {
            TollgateProcess tollgate = TollgateProcess.setUp()
                    .over(TestPostgres.emptyDatabase())
                    .asking(TestProvider.get())
                    .with("TOLLGATE_ACCOUNT_OWNER", "first")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(tollgate::kill, "shared-tollgate-stop"));
            return tollgate;
        }
    }
}
