package dev.tollgate.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.store.EntryCodec;
import dev.tollgate.net.redis.Link;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes what a selection means, by SCAN, a step at a time. */
final class RedisWalk {
    private static final String BEGIN = "0";
    private static final int SCANNED_AT_ONCE = 500;
    private static final int READ_AT_ONCE = 16;

    private final Link link;
    private final EntryCodec codec;
    private final Vertx vertx;

    RedisWalk(Link link, EntryCodec codec, Vertx vertx) {
        this.link = link;
        this.codec = codec;
        this.vertx = vertx;
    }

    Future<Long> drop(CacheSelection selection) {
        return step(selection, BEGIN, 0);
    }

    private Future<Long> step(CacheSelection selection, String cursor, long before) {
        return link.send(Request.cmd(Command.SCAN)
                        .arg(cursor)
                        .arg("MATCH")
                        .arg(pattern(selection))
                        .arg("COUNT")
                        .arg(SCANNED_AT_ONCE))
                .compose(found -> {
                    String next = found.get(0).toString();
                    List<CacheKey> keys = new ArrayList<>();
                    for (Response name : found.get(1)) {
                        CacheKey key = RedisEntries.keyOf(name.toString(UTF_8));
                        if (key != null) {
                            keys.add(key);
                        }
                    }
                    return remove(selection, keys, 0, before)
                            .compose(removed -> next.equals(BEGIN)
                                    ? Future.succeededFuture(removed)
                                    : step(selection, next, removed));
                });
    }

    private Future<Long> remove(CacheSelection selection, List<CacheKey> keys, int from, long before) {
        if (from >= keys.size()) {
            return Future.succeededFuture(before);
        }
        List<CacheKey> some = keys.subList(from, Math.min(keys.size(), from + READ_AT_ONCE));
        return meant(selection, some)
                .compose(this::unlink)
                .compose(removed -> remove(selection, keys, from + some.size(), before + removed));
    }

    private Future<List<CacheKey>> meant(CacheSelection selection, List<CacheKey> keys) {
        Request read = Request.cmd(Command.MGET);
        keys.forEach(key -> read.arg(RedisEntries.nameOf(key)));
        return link.send(read)
                .compose(entries -> vertx.executeBlocking(() -> meant(selection, keys, entries), /* ordered= */ false));
    }

    private List<CacheKey> meant(CacheSelection selection, List<CacheKey> keys, Response entries) {
        List<CacheKey> meant = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Response entry = entries.get(i);
            if (entry != null && isMeant(selection, keys.get(i), entry.toBytes())) {
                meant.add(keys.get(i));
            }
        }
        return meant;
    }

    /** What can't be read goes, too. */
    private boolean isMeant(CacheSelection selection, CacheKey key, byte[] entry) {
        try {
            return selection.matches(key, codec.decode(key, entry));
        } catch (EntryCodec.Unreadable _) {
            return true;
        }
    }

    private Future<Long> unlink(List<CacheKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(0L);
        }
        Request unlink = Request.cmd(Command.UNLINK);
        keys.forEach(key -> unlink.arg(RedisEntries.nameOf(key)));
        return link.send(unlink).map(Response::toLong);
    }

    /** The names to look at: those of the scope that is meant, where it is one. */
    private static String pattern(CacheSelection selection) {
        return RedisEntries.PREFIX + scopes(selection) + ":" + (selection.digest() == null ? "*" : selection.digest());
    }

    /** Pools have answers of many organizations, so that whose they are is not in their names. */
    private static String scopes(CacheSelection selection) {
        if (selection.pool() != null) {
            return "pool:" + plain(selection.pool());
        }
        if (selection.clientId() != null) {
            return (selection.organizationId() == null ? "*" : plain(selection.organizationId())) + "/"
                    + plain(selection.clientId());
        }
        return "*";
    }

    /** Without what has a meaning in patterns. */
    private static String plain(@Nullable String name) {
        return String.valueOf(name).replaceAll("[^A-Za-z0-9_.-]", "?");
    }
}
