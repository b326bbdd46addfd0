package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ledger.KeyUsage;
import dev.tollgate.tenancy.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a key has spent, for whoever holds it: {@code GET /v1/usage?from=…&to=…}, both RFC 3339, by default from the
 * beginning of this month in UTC until now.
 */
public final class KeySpend {
    private final Source source;
    private final InstantSource clock;

    /** Where the figures come from. */
    @FunctionalInterface
    public interface Source {
        Future<KeyUsage> usageOfKey(String keyId, Instant from, Instant to);
    }

    public KeySpend(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    Future<JsonObject> of(Caller caller, HttpServerRequest request) {
        Instant now = clock.instant();
        Instant monthStart = now.atOffset(ZoneOffset.UTC)
                .withDayOfMonth(1)
                .truncatedTo(ChronoUnit.DAYS)
                .toInstant();
        Instant from = instant("from", request.getParam("from"), monthStart);
        Instant to = instant("to", request.getParam("to"), now.plusSeconds(1));
        return Stored.answer(source.usageOfKey(caller.keyId(), from, to)).map(usage -> report(caller, from, to, usage));
    }

    private static Instant instant(String name, @Nullable String text, Instant otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    name + ": " + text + " (expected: a time such as 2026-11-01T00:00:00Z)",
                    name);
        }
    }

    private static JsonObject report(Caller caller, Instant from, Instant to, KeyUsage usage) {
        JsonArray lines = new JsonArray();
        long requests = 0;
        long inputTokens = 0;
        long cachedInputTokens = 0;
        long outputTokens = 0;
        Money charge = Money.ZERO;
        for (KeyUsage.Line line : usage.lines()) {
            requests += line.requests();
            inputTokens += line.inputTokens();
            cachedInputTokens += line.cachedInputTokens();
            outputTokens += line.outputTokens();
            charge = charge.plus(line.charge());
            lines.add(figures(
                            line.requests(),
                            line.inputTokens(),
                            line.cachedInputTokens(),
                            line.outputTokens(),
                            line.charge().toDollars())
                    .put("model", line.model()));
        }
        return figures(requests, inputTokens, cachedInputTokens, outputTokens, charge.toDollars())
                .put("object", "usage")
                .put("key", caller.keyId())
                .put("from", from.toString())
                .put("to", to.toString())
                .put("currency", "USD")
                .put("models", lines);
    }

    private static JsonObject figures(
            long requests, long inputTokens, long cachedInputTokens, long outputTokens, String charge) {
        return new JsonObject()
                .put("requests", requests)
                .put("input_tokens", inputTokens)
                .put("cached_input_tokens", cachedInputTokens)
                .put("output_tokens", outputTokens)
                .put("charge", charge);
    }
}
