package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.gateway.Reply.Whole;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Candidate;
import dev.tollgate.rating.DryRun;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests with {@code x-tollgate-dry-run: true} here: they are answered with what would be sent, what it would cost,
 * and which limits and budgets it would touch. Nothing is sent, charged or held.
 */
public final class AnswerDryRun implements Stage {
    private static final String HEADER = "x-tollgate-dry-run";

    private final DryRun dryRun;
    private final KeyLimits.Source standings;
    private final Context context;

    /** @param context the event loop, whose worker threads count tokens */
    public AnswerDryRun(DryRun dryRun, KeyLimits.Source standings, Context context) {
        this.dryRun = dryRun;
        this.standings = standings;
        this.context = context;
    }

    /** Whether a request is only to be told what would become of it. */
    static boolean isAsked(Exchange exchange) {
        return "true".equalsIgnoreCase(exchange.header(HEADER));
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        TouchedRules touched = exchange.touchedOrNull();
        if (touched == null) {
            return next.handle(exchange);
        }
        Operation operation = exchange.path().operation();
        if (!operation.runsModel() || !exchange.body().takesCap()) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    HEADER + ": not for this request (expected: one that runs a model and has a JSON body)",
                    HEADER);
        }
        return touched.answer(exchange, standings).compose(rules -> tell(exchange, rules));
    }

    private Future<Reply> tell(Exchange exchange, Map<String, String> rules) {
        Operation operation = exchange.path().operation();
        Candidate candidate = exchange.candidate();
        byte[] sent = CallProvider.toSend(exchange, candidate).toBytes();
        String organizationId = exchange.caller().organizationId();
        String provider = candidate.account().pricedAs();
        long millis = exchange.id().epochMillis();
        Map<String, @Nullable String> told = told(exchange, candidate);
        return context.executeBlocking(
                () -> answer(dryRun.answer(told, rules, organizationId, operation, sent, provider, millis)),
                /* ordered= */ false);
    }

    private static Map<String, @Nullable String> told(Exchange exchange, Candidate candidate) {
        EffectiveSettings settings = exchange.settings();
        Map<String, @Nullable String> told = new LinkedHashMap<>();
        told.put("organization_id", exchange.caller().organizationId());
        told.put("client_id", exchange.caller().clientId());
        told.put("feature", exchange.feature());
        told.put("organization_settings", settings.organizationFeature());
        told.put("client_settings", settings.clientFeature());
        told.put("provider", candidate.account().provider());
        told.put("model", candidate.model());
        return told;
    }

    private static Reply answer(String json) {
        return new Whole(
                200,
                HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, "application/json"),
                Buffer.buffer(json.getBytes(UTF_8)));
    }
}
