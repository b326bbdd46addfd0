package dev.tollgate.gateway;

import dev.tollgate.gateway.http.BodyReader;
import dev.tollgate.gateway.http.Bytes;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.settings.OrganizationSettings;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.MultipartReader;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.Preset;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body, bounded, and finds in one pass over its bytes what the stages below need to know. Looks up what is set
 * for the feature, because a body may leave out the model where there is a default one.
 */
public final class ReadRequest implements Stage {
    private final BodyReader reader;
    private final SettingsInForce settings;
    private final Function<Caller, @Nullable String> defaultModels;

    /** @param defaultModels the models of callers' tiers for requests that name none, where the feature has none either */
    public ReadRequest(BodyReader reader, SettingsInForce settings, Function<Caller, @Nullable String> defaultModels) {
        this.reader = reader;
        this.settings = settings;
        this.defaultModels = defaultModels;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        lookUp(exchange);
        return reader.read(exchange.request(), exchange.deadlines()).compose(body -> {
            exchange.read(understand(exchange, body));
            return next.handle(exchange);
        });
    }

    private void lookUp(Exchange exchange) {
        Caller caller = exchange.caller();
        OrganizationSettings all = settings.of(caller.organizationId());
        exchange.isSet(
                all == OrganizationSettings.NONE
                        ? EffectiveSettings.NONE
                        : all.effective(caller.clientId(), exchange.feature()));
    }

    private RequestBody understand(Exchange exchange, Buffer body) {
        Bytes bytes = Bytes.of(body);
        Operation operation = exchange.path().operation();
        String deployment = exchange.path().deployment();
        String type = exchange.header(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.regionMatches(/* ignoreCase= */ true, 0, "multipart/", 0, "multipart/".length())) {
            return MultipartReader.read(operation, type, bytes.array(), bytes.start(), bytes.end(), deployment);
        }
        if (operation.runsModel() || (bytes.length() > 0 && isJson(type))) {
            String model = deployment != null ? deployment : defaultModel(exchange, operation);
            return RequestReader.read(operation, bytes.array(), bytes.start(), bytes.end(), model);
        }
        if (bytes.length() > 0 && !operation.runsModel() && type == null) {
            throw new Problem(
                    ProblemCode.UNSUPPORTED_ENCODING,
                    "content-type: missing (expected: application/json or multipart)");
        }
        return RequestBody.opaque(bytes.array(), bytes.start(), bytes.end(), RequestFacts.NONE);
    }

    private @Nullable String defaultModel(Exchange exchange, Operation operation) {
        String ofFeature = exchange.settings().defaultModel(operation);
        return ofFeature == null && Preset.isFor(operation) ? defaultModels.apply(exchange.caller()) : ofFeature;
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.regionMatches(/* ignoreCase= */ true, 0, "application/json", 0, 16);
    }
}
