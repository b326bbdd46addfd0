package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/**
 * Knows an application's users by a keyed hash, so that the ledger names nobody. Who is behind a hash stands in the store,
 * where it can be erased without touching the ledger. Hashes of two organizations have nothing in common, even for the
 * same user. Safe for threads.
 */
public final class EndUsers {
    private static final Logger LOG = Logger.getLogger(EndUsers.class);
    private static final String ALGORITHM = "HmacSHA256";
    private static final int HASH_BYTES = 16;
    private static final int KNOWN_MAX = 100_000;
    private static final int WAITING_MAX = 10_000;
    private static final int BATCH_MAX = 1_000;

    private final Mac mac;
    private final Store store;
    private final Map<String, Boolean> known = new Recent();
    private final Deque<EndUser> waiting = new ArrayDeque<>();

    /** Those seen last. */
    private static final class Recent extends LinkedHashMap<String, Boolean> {
        private static final long serialVersionUID = 1L;

        Recent() {
            super(16, 0.75f, /* accessOrder= */ true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > KNOWN_MAX;
        }
    }

    /** Who is behind a hash; {@code id} is what the application calls them. */
    public record EndUser(String organizationId, String hash, String id) {}

    /** Where that is kept. */
    @FunctionalInterface
    public interface Store {
        /** Adds those that are not there. */
        Future<Void> add(List<EndUser> endUsers);
    }

    /** @param secret at least 16 bytes; with another one the same users have other hashes */
    public EndUsers(byte[] secret, Store store) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("end user secret: " + secret.length + " bytes (expected: >= 16)");
        }
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        this.store = store;
    }

    /** The hash of an end user, who is remembered if there is room: what can't be stored now is when they come again. */
    public String hash(String organizationId, String id) {
        String hash = compute(organizationId, id);
        synchronized (this) {
            if (known.get(hash) == null && waiting.size() < WAITING_MAX) {
                known.put(hash, true);
                waiting.add(new EndUser(organizationId, hash, id.replace('\0', '\uFFFD')));
            }
        }
        return hash;
    }

    /** The hash of an end user, who is not remembered by this. */
    public String compute(String organizationId, String id) {
        try {
            Mac copy = (Mac) mac.clone(); // which has the key already
            copy.update(organizationId.getBytes(UTF_8));
            copy.update((byte) 0);
            return HexFormat.of().formatHex(Arrays.copyOf(copy.doFinal(id.getBytes(UTF_8)), HASH_BYTES));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(ALGORITHM + " can't be copied", e);
        }
    }

    /** Brings the new ones to the store. To be called now and then, by one caller that waits until it is done. */
    public Future<Void> store() {
        List<EndUser> batch;
        synchronized (this) {
            if (waiting.isEmpty()) {
                return Future.succeededFuture();
            }
            batch = new ArrayList<>(Math.min(waiting.size(), BATCH_MAX));
            while (!waiting.isEmpty() && batch.size() < BATCH_MAX) {
                batch.add(waiting.poll());
            }
        }
        return store.add(batch).onFailure(failure -> {
            LOG.debugf("End users can't be stored at present: %s", failure.getMessage());
            forget(batch);
        });
    }

    private synchronized void forget(List<EndUser> batch) {
        batch.forEach(endUser -> known.remove(endUser.hash));
    }
}
