package dev.tollgate.cache.redis;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier.Holdings;
import dev.tollgate.cache.Timer;
import dev.tollgate.cache.store.EntryCodec;
import dev.tollgate.cache.store.EntryStore;
import dev.tollgate.net.redis.Link;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Entries in Redis 4 or later, one key for each: {@code tollgate:cache:<scope>:<digest>}, which expires with its answer.
 * What has to go for others is Redis's matter ({@code maxmemory-policy}). Look-ups have a connection of their own, so that
 * long entries that are written, and walks over all keys, don't keep them waiting.
 */
public final class RedisEntries implements EntryStore {
    public static final String NAME = "redis";
    public static final String PREFIX = "tollgate:cache:";

    /** Connections that are silent for longer are given up; see {@code read-idle-timeout}. */
    private static final long PING_MILLIS = 2_000;

    private static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(32);

    private final Link lookUps;
    private final Link others;
    private final Supplier<@Nullable EntryCodec> codec;
    private final Vertx vertx;
    private final Timer timer;
    private final InstantSource clock;
    private volatile boolean closed;

    /**
     * @param codec reads entries that may be meant by a drop; null as long as its key is not known
     * @param vertx whose worker threads do so
     */
    public RedisEntries(
            Redis redis, Supplier<@Nullable EntryCodec> codec, Vertx vertx, Timer timer, InstantSource clock) {
        this.lookUps = new Link(redis);
        this.others = new Link(redis);
        this.codec = codec;
        this.vertx = vertx;
        this.timer = timer;
        this.clock = clock;
        pingLater();
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Asked as a list of one, because a list is an answer even where there is nothing. */
    @Override
    public Future<byte @Nullable []> read(CacheKey key) {
        return lookUps.send(Request.cmd(Command.MGET).arg(nameOf(key))).map(found -> {
            Response entry = found.get(0);
            return entry == null ? null : entry.toBytes();
        });
    }

    @Override
    public Future<Void> write(List<Entry> entries) {
        long now = clock.millis();
        List<Future<Response>> sent = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            long lives = Math.min(LONGEST_MILLIS, entry.answer().expiresAtMillis() - now);
            if (lives > 0) {
                sent.add(others.send(Request.cmd(Command.SET)
                        .arg(nameOf(entry.key()))
                        .arg(Buffer.buffer(entry.bytes()))
                        .arg("PX")
                        .arg(lives)));
            }
        }
        return Future.join(sent).mapEmpty();
    }

    @Override
    public Future<Void> remove(CacheKey key) {
        return others.send(Request.cmd(Command.UNLINK).arg(nameOf(key))).mapEmpty();
    }

    /**
     * Walks over all names, in steps between which Redis does other things. Entries are read where their names don't tell
     * whether they are meant.
     */
    @Override
    public Future<Long> drop(CacheSelection selection) {
        EntryCodec reader = codec.get();
        return reader == null
                ? Future.failedFuture("the key of entries is not known yet")
                : new RedisWalk(others, reader, vertx).drop(selection);
    }

    @Override
    public Holdings holdings() {
        return new Holdings(-1, -1, 0);
    }

    /** Ends the connections. */
    public void close() {
        closed = true;
        lookUps.close();
        others.close();
    }

    private void pingLater() {
        var _ = timer.in(PING_MILLIS, this::ping);
    }

    private void ping() {
        if (!closed) {
            pingLater();
            lookUps.send(Request.cmd(Command.PING)).onComplete(_ -> {});
            others.send(Request.cmd(Command.PING)).onComplete(_ -> {});
        }
    }

    static String nameOf(CacheKey key) {
        return PREFIX + key.scope().text() + ":" + key.hex();
    }

    /** The key of a name, or null where it is the name of none. */
    static @Nullable CacheKey keyOf(String name) {
        int colon = name.lastIndexOf(':');
        try {
            return new CacheKey(
                    CacheScope.of(name.substring(PREFIX.length(), colon)),
                    HexFormat.of().parseHex(name, colon + 1, name.length()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            return null;
        }
    }
}
