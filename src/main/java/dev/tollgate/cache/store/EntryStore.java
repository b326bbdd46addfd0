package dev.tollgate.cache.store;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier.Holdings;
import dev.tollgate.cache.CachedAnswer;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place outside of this process that keeps entries as bytes, each scope by itself. Nothing blocks; futures may complete on
 * any thread, and fail where the store does.
 */
public interface EntryStore {

    /**
     * Something to be stored.
     *
     * @param bytes as {@link EntryCodec} made them of the answer
     */
    record Entry(CacheKey key, CachedAnswer answer, byte[] bytes) {}

    /** The name of the tier. */
    String name();

    /** Whether it may have the key, as far as is known without asking it; false says that it has not. */
    default boolean mayHave(CacheKey key) {
        return true;
    }

    /** The bytes of a key's entry, or null. */
    Future<byte @Nullable []> read(CacheKey key);

    /** Stores entries of different keys in place of those that it has; completes when it has them. */
    Future<Void> write(List<Entry> entries);

    /** Removes one entry, if it is there. */
    Future<Void> remove(CacheKey key);

    /** Removes what is meant, and says how many they were. */
    Future<Long> drop(CacheSelection selection);

    /** What it holds, as far as is known without asking it. */
    Holdings holdings();
}
