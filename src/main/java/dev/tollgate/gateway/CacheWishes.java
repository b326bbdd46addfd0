package dev.tollgate.gateway;

import dev.tollgate.wire.CacheWish;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of the cache: by {@code Cache-Control} (RFC 9111), by {@code x-tollgate-cache}, which takes the same
 * directives and {@code off}, and by LiteLLM's member of the body. Where they differ, the narrowest holds. Directives that are
 * not known are passed over, as that standard has it.
 */
final class CacheWishes {
    private static final CharSequence CACHE = HttpHeaders.createOptimized("x-tollgate-cache");

    private CacheWishes() {}

    static CacheWish of(Exchange exchange) {
        CacheWish wish = exchange.body().facts().cache();
        String standard = exchange.header(HttpHeaders.CACHE_CONTROL);
        String own = exchange.header(CACHE);
        return standard == null && own == null ? wish : wish.and(read(standard)).and(read(own));
    }

    static CacheWish read(@Nullable String directives) {
        CacheWish wish = CacheWish.ANY;
        if (directives != null) {
            for (String directive : directives.split(",")) {
                wish = wish.and(one(directive.strip().toLowerCase(Locale.ROOT)));
            }
        }
        return wish;
    }

    private static CacheWish one(String directive) {
        return switch (directive) {
            case "no-cache" -> new CacheWish(false, true, false, -1, -1, null);
            case "no-store" -> new CacheWish(true, false, false, -1, -1, null);
            case "only-if-cached" -> new CacheWish(true, true, true, -1, -1, null);
            case "off" -> CacheWish.BYPASS;
            default -> {
                long age = directive.startsWith("max-age=") ? seconds(directive.substring("max-age=".length())) : -1;
                yield age < 0 ? CacheWish.ANY : new CacheWish(age > 0, true, false, age, -1, null);
            }
        };
    }

    /** A number of seconds, perhaps in quotes, or -1 for anything else. */
    private static long seconds(String text) {
        String digits = text.startsWith("\"") && text.endsWith("\"") && text.length() > 1
                ? text.substring(1, text.length() - 1)
                : text;
        boolean isNumber =
                !digits.isEmpty() && digits.length() <= 18 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return isNumber ? Long.parseLong(digits) : -1;
    }
}
