package dev.tollgate.rating;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.wire.openai.Operation;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what would become of a request, without sending it: byte for byte what would be sent, and what it would cost. */
public final class DryRun {
    private static final Set<Operation> QUOTED =
            EnumSet.of(Operation.CHAT, Operation.COMPLETION, Operation.RESPONSE, Operation.EMBEDDING);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Quotes quotes;

    public DryRun(PricesInForce prices) {
        this.quotes = new Quotes(prices);
    }

    /**
     * The answer as JSON. Counts the request's tokens, which takes milliseconds where it is long; not for event loops.
     *
     * @param told what else is to be told, first
     * @param rules the limits and budgets that it would touch: JSON by the names of members
     * @param request as it would be sent; a JSON object
     * @param provider at which it would be served, or null for all that have a price
     */
    public String answer(
            Map<String, @Nullable String> told,
            Map<String, String> rules,
            String organizationId,
            Operation operation,
            byte[] request,
            @Nullable String provider,
            long epochMillis) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode().put("object", "dry_run");
        told.forEach(answer::put);
        answer.put("operation", operation.label());
        answer.putRawValue("request", new RawValue(new String(request, UTF_8)));
        rules.forEach((name, json) -> answer.putRawValue(name, new RawValue(json)));
        if (QUOTED.contains(operation)) {
            ObjectNode estimate = answer.putObject("estimate").put("currency", "USD");
            ArrayNode data = estimate.putArray("data");
            for (Quotes.Candidate candidate : quotes.of(asked(organizationId, operation, request), epochMillis)) {
                if (provider == null || provider.equals(candidate.provider())) {
                    data.add(QuoteJson.of(candidate));
                }
            }
        }
        return answer.toString();
    }

    private static QuoteRequest asked(String organizationId, Operation operation, byte[] request) {
        try {
            ObjectNode question = JsonNodeFactory.instance.objectNode().put("operation", operation.label());
            question.set("request", JSON.readTree(new String(request, UTF_8)));
            return QuoteRequest.read(JsonPlace.body(question)).of(organizationId);
        } catch (JsonProcessingException e) {
            throw new Problem(ProblemCode.INVALID_JSON, "The request is not valid JSON.");
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, String.valueOf(e.getMessage()));
        }
    }
}
