package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import org.jspecify.annotations.Nullable;

/**
 * Reads the member {@code cache} as LiteLLM has it: what the caller wants of the gateway's cache, which no provider is to
 * see. One with a word that LiteLLM doesn't have is somebody else's.
 */
final class CacheMember {
    private static final byte[] NO_CACHE = "no-cache".getBytes(US_ASCII);
    private static final byte[] NO_STORE = "no-store".getBytes(US_ASCII);
    private static final byte[] USE_CACHE = "use-cache".getBytes(US_ASCII);
    private static final byte[] TTL = "ttl".getBytes(US_ASCII);
    private static final byte[] MAX_AGE = "s-maxage".getBytes(US_ASCII);
    private static final byte[] MAX_AGE_TOO = "s-max-age".getBytes(US_ASCII);
    private static final byte[] NAMESPACE = "namespace".getBytes(US_ASCII);

    private final JsonCursor cursor;
    private boolean noCache;
    private boolean noStore;
    private long ttl = -1;
    private long maxAge = -1;
    private @Nullable String namespace;

    private CacheMember(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** Passes the value whose name was just read; null where it is not LiteLLM's. */
    static @Nullable CacheWish read(JsonCursor cursor) {
        Token token = cursor.next();
        if (token == Token.ARRAY_START) {
            cursor.skip();
        }
        return token == Token.OBJECT_START ? new CacheMember(cursor).readObject() : null;
    }

    private @Nullable CacheWish readObject() {
        boolean known = true;
        while (cursor.next() == Token.NAME) {
            known &= readWord();
        }
        return known ? new CacheWish(!noCache, !noStore, /* onlyFound= */ false, maxAge, ttl, namespace) : null;
    }

    private boolean readWord() {
        if (cursor.textIs(NO_CACHE)) {
            noCache = value() == Token.TRUE;
        } else if (cursor.textIs(NO_STORE)) {
            noStore = value() == Token.TRUE;
        } else if (cursor.textIs(USE_CACHE)) {
            boolean used = value() != Token.FALSE;
            noCache |= !used;
            noStore |= !used;
        } else if (cursor.textIs(TTL)) {
            ttl = seconds();
        } else if (cursor.textIs(MAX_AGE) || cursor.textIs(MAX_AGE_TOO)) {
            maxAge = seconds();
        } else if (cursor.textIs(NAMESPACE)) {
            namespace = value() == Token.STRING ? cursor.text() : null;
        } else {
            cursor.skip();
            return false;
        }
        return true;
    }

    private long seconds() {
        return value() == Token.NUMBER ? cursor.wholeNumber() : -1;
    }

    /** What kind of value it is; whatever is in it is passed. */
    private Token value() {
        Token token = cursor.next();
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
        return token;
    }
}
