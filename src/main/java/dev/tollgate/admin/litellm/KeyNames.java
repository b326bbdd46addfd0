package dev.tollgate.admin.litellm;

import dev.tollgate.access.pg.Change;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.pg.PgKeys;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds keys by what scripts call them: the key itself, the SHA-256 of it (LiteLLM's token), or our id of it. */
@Singleton
public class KeyNames {
    private static final String FORMS = "sk-tg-…, its SHA-256 or key_…";
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

    private final PgKeys keys;

    public KeyNames(PgKeys keys) {
        this.keys = keys;
    }

    /** The id of a key, {@code key_…}, which need not be there; fails with {@code object_not_found} where none is known. */
    Future<String> id(String field, String name) {
        return id(field, name, keys::idOf);
    }

    /** The same within a change. */
    Future<String> id(Change change, String field, String name) {
        return id(field, name, sha256 -> keys.idOf(change, sha256));
    }

    /** What a secret is told as: LiteLLM's token. */
    static String token(byte[] sha256) {
        return HexFormat.of().formatHex(sha256);
    }

    /** The name in a field that must be given. */
    static String given(String field, @Nullable String name) {
        if (name == null) {
            throw new Problem(ProblemCode.MISSING_VALUE, field + ": missing (expected: " + FORMS + ")", field);
        }
        return name;
    }

    static Problem unknown(String field) {
        return new Problem(
                ProblemCode.OBJECT_NOT_FOUND, field + ": there is no such key (expected: " + FORMS + ")", field);
    }

    private static Future<String> id(String field, String name, Function<byte[], Future<Optional<String>>> byHash) {
        if (name.startsWith("key_")) {
            return Future.succeededFuture(name);
        }
        ApiKey key = ApiKey.parse(name);
        if (key == null && !SHA_256.matcher(name).matches()) {
            throw unknown(field);
        }
        return byHash.apply(key == null ? HexFormat.of().parseHex(name) : key.sha256())
                .map(found -> found.orElseThrow(() -> unknown(field)));
    }
}
