package dev.tollgate.platform;

import dev.tollgate.alerts.pg.PgChannels;
import dev.tollgate.cache.pg.PgCacheKey;
import dev.tollgate.provider.pg.PgAccounts;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultReport;
import dev.tollgate.vault.pg.PgVault;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Seals at start what is stored plainly or under an earlier master key, and says what can't be opened. */
@Singleton
final class VaultKeeper {
    private static final Logger LOG = Logger.getLogger(VaultKeeper.class);

    /** A service that keeps the master key may start at the same time. */
    private static final Duration KEY_SERVICE_PATIENCE = Duration.ofSeconds(20);

    private final Found keys;
    private final Vault vault;
    private final PgVault store;

    VaultKeeper(Found keys, Vault vault, PgVault store) {
        this.keys = keys;
        this.vault = vault;
        this.store = store;
    }

    /**
     * The master keys as they were found, once: a service may have to be asked for them.
     *
     * @param failure why there are none that could be used, or null
     */
    record Found(List<MasterKey> keys, @Nullable StartFailure failure) {}

    /** Tells of master keys that are set wrongly or can't be had: a {@link StartFailure}. */
    void prepare() {
        if (keys.failure != null) {
            throw keys.failure;
        }
    }

    /** In the background: nothing waits for it, and requests go on meanwhile. */
    void start() {
        store.sealAnew()
                .compose(walked -> {
                    if (walked.done() > 0) {
                        LOG.infof(
                                "%d secrets were sealed under the master key %s",
                                walked.done(), vault.currentKeyId().orElse(""));
                    }
                    return store.report();
                })
                .onSuccess(this::tell)
                .onFailure(failure -> LOG.warnf(
                        "What is stored could not be sealed: %s. POST /admin/v1/vault/seal tries again.",
                        failure.getMessage()));
    }

    private void tell(VaultReport report) {
        for (VaultReport.Line line : report.lines()) {
            if (line.keyId() == null && vault.isLocked()) {
                LOG.warnf(
                        "%d secrets of %s are stored as they are, because there is no master key. Set"
                                + " TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE.",
                        line.count(), line.column());
            } else if (line.keyId() != null && !vault.hasKey(line.keyId())) {
                LOG.errorf(
                        "%d secrets of %s can't be opened: the master key %s is not given. Add it to"
                                + " TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE.",
                        line.count(), line.column(), line.keyId());
            }
        }
    }

    /** What administration has in common with it. */
    static final class Parts {
        @Produces
        @Singleton
        Found keys(
                TollgateConfig config,
                Vertx vertx,
                RandomGenerator random,
                @ConfigProperty(name = Launch.EMBEDDED, defaultValue = "false") boolean embedded) {
            try {
                MasterKeys keys = new MasterKeys(vertx, KeyServiceConfig.of(config, vertx), KEY_SERVICE_PATIENCE);
                return new Found(keys.find(config, embedded, random), null);
            } catch (StartFailure e) {
                return new Found(List.of(), e);
            }
        }

        @Produces
        @Singleton
        Vault vault(Found found) {
            return new Vault(found.keys);
        }

        @Produces
        @Singleton
        PgVault store(Vertx vertx, Pool pool, Vault vault) {
            return new PgVault(
                    vertx,
                    pool,
                    vault,
                    Stream.of(PgChannels.sealedColumns(), PgAccounts.sealedColumns(), PgCacheKey.sealedColumns())
                            .flatMap(List::stream)
                            .toList());
        }
    }
}
