package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A real PostgreSQL that comes with Tollgate and keeps its data in Tollgate's data folder, for whoever runs no database
 * of their own. Started before the application and closed after it. A process killed at any moment, this one or the
 * server, leaves nothing that stops the next start: halves are removed, orphans stopped, committed rows kept.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private final DataFolderLock lock;
    private final Server server;
    private final String password;

    private EmbeddedPostgres(DataFolderLock lock, Server server, String password) {
        this.lock = lock;
        this.server = server;
        this.password = password;
    }

    /**
     * Starts the server on that folder, which this process then holds alone, and waits until it accepts connections.
     * The first start unpacks the programs and makes the database, a few seconds. Each such step is told to
     * {@code progress}, and later, from another thread, when the server had to be started again.
     *
     * @throws EmbeddedPostgresFailure if it cannot, with what to do about it
     */
    public static EmbeddedPostgres start(Path dataFolder, Consumer<String> progress) {
        return start(dataFolder, PostgresSettings.DURABLE, progress);
    }

    static EmbeddedPostgres start(Path dataFolder, PostgresSettings settings, Consumer<String> progress) {
        DataFolder folder = DataFolder.prepare(dataFolder);
        try {
            DataFolderLock lock = DataFolderLock.take(folder);
            EmbeddedPostgres started = null;
            try {
                started = start(folder, lock, settings, progress);
                return started;
            } finally {
                if (started == null) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresFailure(
                    "PostgreSQL cannot be prepared in " + folder.path() + " (" + EmbeddedPostgresFailure.reason(e)
                            + "). It needs about 200 MB there that this user may write; set TOLLGATE_DATA to a folder"
                            + " that has it, " + EmbeddedPostgresFailure.OR_YOUR_OWN + ".",
                    e);
        }
    }

    private static EmbeddedPostgres start(
            DataFolder folder, DataFolderLock lock, PostgresSettings settings, Consumer<String> progress)
            throws IOException {
        Account account = Account.current();
        Cluster cluster = Cluster.in(folder);
        new Leftovers(folder).stop(cluster.data(), progress);
        DataFolder.createPrivate(folder.clusters());
        account.refuseUnlessOwnerOf(folder.clusters());
        WholeFolder.removeUnfinished(folder.path());
        WholeFolder.removeUnfinished(folder.clusters());

        PostgresBinaries binaries = PostgresBinaries.in(folder, PostgresPlatform.current(), progress);
        LaunchPrefix prefix = LaunchPrefix.detect(account);
        cluster.makeUnlessThere(binaries, prefix, progress);
        String password = cluster.password();
        ServerRecipe recipe = new ServerRecipe(binaries, prefix, settings, cluster, folder);
        return new EmbeddedPostgres(lock, Server.start(recipe, progress), password);
    }

    public int port() {
        return server.port();
    }

    /** For JDBC, that is for migrations. */
    public String jdbcUrl() {
        return "jdbc:" + reactiveUrl();
    }

    /** For the reactive client, that is for everything else. */
    public String reactiveUrl() {
        return "postgresql://" + Server.HOST + ":" + port() + "/" + Cluster.DATABASE;
    }

    public String user() {
        return Cluster.USER;
    }

    public String password() {
        return password;
    }

    /** The server's process id; another one after it had to be started again. */
    public long pid() {
        return server.pid();
    }

    /** Stops the server cleanly and gives the data folder back. At most about half a minute; safe to repeat. */
    @Override
    public void close() {
        try {
            server.stop();
        } finally {
            lock.close();
        }
    }
}
