package dev.tollgate.ownership;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Owners that are known at once on the replica that recorded them, and asked for elsewhere only when they are not. A
 * recording that the store can't take at present is tried again for some minutes.
 */
public final class RememberedOwners implements ObjectOwners {
    private static final Logger LOG = Logger.getLogger(RememberedOwners.class);
    private static final int REMEMBERED_MAX = 100_000;
    private static final int TRIES_MAX = 300;
    private static final long RETRY_MILLIS = 1_000;
    private static final long PATIENCE_SECONDS = 10;

    private final ObjectOwners store;
    private final Vertx vertx;
    private final Map<ObjectKey, String> remembered = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectKey, String> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    private record ObjectKey(String accountId, String objectId) {}

    public RememberedOwners(ObjectOwners store, Vertx vertx) {
        this.store = store;
        this.vertx = vertx;
    }

    /** Completes when the store has it, or could not take it at present; known here before that. */
    @Override
    public Future<Void> record(String accountId, String organizationId, Collection<String> objectIds) {
        synchronized (remembered) {
            objectIds.forEach(id -> remembered.putIfAbsent(new ObjectKey(accountId, id), organizationId));
        }
        Future<Void> stored =
                store.record(accountId, organizationId, objectIds).timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return stored.recover(failure -> {
            LOG.warnf(
                    "Owners of %d new objects are kept in memory for now: %s", objectIds.size(), failure.getMessage());
            retry(accountId, organizationId, List.copyOf(objectIds), /* tries= */ 1);
            return Future.succeededFuture();
        });
    }

    @Override
    public Future<Set<String>> ownedBy(String accountId, String organizationId, Collection<String> objectIds) {
        Set<String> owned = new HashSet<>();
        List<String> unknown = new ArrayList<>();
        synchronized (remembered) {
            for (String id : objectIds) {
                String owner = remembered.get(new ObjectKey(accountId, id));
                if (owner == null) {
                    unknown.add(id);
                } else if (owner.equals(organizationId)) {
                    owned.add(id);
                }
            }
        }
        if (unknown.isEmpty()) {
            return Future.succeededFuture(owned);
        }
        return store.ownedBy(accountId, organizationId, unknown).map(found -> {
            owned.addAll(found);
            return owned;
        });
    }

    private void retry(String accountId, String organizationId, List<String> objectIds, int tries) {
        if (tries == TRIES_MAX) {
            LOG.errorf("Owners of %d objects could not be stored; other replicas don't know them", objectIds.size());
            return;
        }
        vertx.setTimer(
                RETRY_MILLIS,
                _ -> store.record(accountId, organizationId, objectIds)
                        .onFailure(_ -> retry(accountId, organizationId, objectIds, tries + 1)));
    }
}
