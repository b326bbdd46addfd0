package dev.tollgate.platform.demo;

import dev.tollgate.kernel.Money;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * What a caller saw of one call.
 *
 * @param tokens in and out, as reported by the answer
 * @param cost as reported by Tollgate
 */
record Outcome(End end, long tokens, Money cost) {
    enum End {
        ANSWERED,
        FAILED,
        CANCELLED
    }

    static final Outcome FAILED = new Outcome(End.FAILED, 0, Money.ZERO);
    static final Outcome CANCELLED = new Outcome(End.CANCELLED, 0, Money.ZERO);

    /** The outcome of a JSON answer; its cost stands in a header. */
    static Outcome ofJson(String body, @Nullable String cost) {
        JsonObject json = parse(body);
        return json == null ? FAILED : new Outcome(End.ANSWERED, tokens(json.getJsonObject("usage")), money(cost));
    }

    /** The outcome of a stream; its cost stands in the usage at its end, and an error event is its end, too. */
    static Outcome ofStream(String body) {
        JsonObject usage = null;
        for (String line : body.split("\n")) {
            JsonObject event = line.startsWith("data: {") ? parse(line.substring("data: ".length())) : null;
            if (event == null) {
                continue;
            }
            if (event.getValue("error") != null || "error".equals(event.getString("type"))) {
                return FAILED;
            }
            JsonObject holder = event.getJsonObject("response", event);
            usage = holder.getJsonObject("usage") == null ? usage : holder.getJsonObject("usage");
        }
        return usage == null ? FAILED : new Outcome(End.ANSWERED, tokens(usage), money(usage.getString("cost")));
    }

    private static @Nullable JsonObject parse(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            return null;
        }
    }

    private static long tokens(@Nullable JsonObject usage) {
        return usage == null ? 0 : usage.getLong("total_tokens", 0L);
    }

    private static Money money(@Nullable String dollars) {
        return dollars == null ? Money.ZERO : Money.dollars(dollars);
    }
}
