package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to know the cost of.
 *
 * @param organizationId whose terms hold, or null for the list prices
 * @param models names as callers write them, {@code model} or {@code provider/model}
 */
public record QuoteRequest(@Nullable String organizationId, List<String> models, Asked asked) {
    private static final Set<String> FIELDS =
            Set.of("organization", "operation", "request", "tokens", "service_tier", "models");
    private static final Set<Operation> OPERATIONS =
            Set.of(Operation.CHAT, Operation.COMPLETION, Operation.RESPONSE, Operation.EMBEDDING);
    private static final int MODELS_MAX = 100;

    /** Kinds of items and parts whose text is all that is billed of them. */
    private static final Set<String> TEXT = Set.of(
            "text",
            "input_text",
            "output_text",
            "refusal",
            "message",
            "function",
            "function_call",
            "function_call_output",
            "tool_result",
            "tool_use",
            "ephemeral");

    /** The same by the terms of an organization, or of none. */
    public QuoteRequest of(@Nullable String organization) {
        return new QuoteRequest(organization, models, asked);
    }

    /** What is asked for. */
    public sealed interface Asked {
        ServiceTier tier();
    }

    /** So many units on each meter. */
    public record Counted(Usage usage, ServiceTier tier) implements Asked {}

    /**
     * A request.
     *
     * @param body as it would be sent
     * @param text what of it a model reads
     * @param unseen what is billed and not seen: images, files, tools of the provider
     */
    public record Written(Operation operation, RequestBody body, InputText text, ServiceTier tier, Set<String> unseen)
            implements Asked {}

    /**
     * Reads what is asked.
     *
     * @throws IllegalArgumentException naming the place, where anything is not understood
     * @throws dev.tollgate.kernel.Problem where the request in it would be refused as it is
     */
    public static QuoteRequest read(JsonPlace body) {
        body.allowOnly(FIELDS);
        JsonPlace organization = body.findValue("organization");
        JsonPlace request = body.findValue("request");
        JsonPlace tokens = body.findValue("tokens");
        if ((request == null) == (tokens == null)) {
            throw body.wrong("request and tokens: both or none (expected: one of them)");
        }
        Asked asked;
        List<String> models = models(body.findValue("models"));
        if (request != null) {
            if (models.isEmpty()) {
                models = List.of(request.get("model").text());
            }
            asked = written(body.findValue("operation"), request);
        } else {
            asked = counted(tokens, body.findValue("service_tier"));
        }
        if (models.isEmpty()) {
            throw body.wrong("models: missing");
        }
        return new QuoteRequest(organization == null ? null : organization.text(), models, asked);
    }

    private static List<String> models(@Nullable JsonPlace place) {
        List<String> models = new ArrayList<>();
        if (place != null) {
            place.elements().forEach(model -> models.add(model.text()));
            if (models.isEmpty() || models.size() > MODELS_MAX) {
                throw place.wrong(models.size() + " models (expected: 1.." + MODELS_MAX + ")");
            }
        }
        return models;
    }

    private static Counted counted(@Nullable JsonPlace tokens, @Nullable JsonPlace tier) {
        Usage.Builder usage = Usage.builder();
        if (tokens != null) {
            tokens.forEach((name, count) -> {
                if (!count.node().isIntegralNumber()
                        || !count.node().canConvertToLong()
                        || count.node().longValue() < 0) {
                    throw count.expected("a whole number >= 0");
                }
                try {
                    usage.set(Meter.ofLabel(name), count.node().longValue());
                } catch (IllegalArgumentException e) {
                    throw count.wrong("unknown meter");
                }
            });
        }
        return new Counted(usage.build(), ServiceTier.ofWire(tier == null ? null : tier.text()));
    }

    private static Written written(@Nullable JsonPlace operation, JsonPlace request) {
        Operation asked = Operation.CHAT;
        if (operation != null) {
            asked = OPERATIONS.stream()
                    .filter(each -> each.label().equals(operation.text()))
                    .findAny()
                    .orElseThrow(() -> operation.expected("chat, completion, response or embedding"));
        }
        JsonNode json = request.node();
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        RequestBody body = RequestReader.read(asked, bytes, 0, bytes.length, /* deployment= */ "any");
        RequestFacts facts = body.facts();
        return new Written(
                asked, body, InputText.of(json), ServiceTier.ofWire(facts.serviceTier()), unseen(json, facts));
    }

    private static Set<String> unseen(JsonNode request, RequestFacts facts) {
        Set<String> unseen = new TreeSet<>(facts.references());
        addOthers(unseen, request.path("messages"));
        addOthers(unseen, request.path("input"));
        for (JsonNode tool : request.path("tools")) {
            String type = tool.path("type").asText("function").toLowerCase(Locale.ROOT);
            if (!type.equals("function") && !type.equals("custom")) {
                unseen.add("tool " + type);
            }
        }
        if (request.has("web_search_options")) {
            unseen.add("tool web_search");
        }
        return unseen;
    }

    /** The kinds of everything that is not text. */
    private static void addOthers(Set<String> unseen, JsonNode node) {
        String type = node.path("type").asText("");
        if (node.isObject() && !type.isEmpty() && !TEXT.contains(type)) {
            unseen.add(type);
        }
        node.properties().forEach(member -> addOthers(unseen, member.getValue()));
        if (node.isArray()) {
            node.forEach(element -> addOthers(unseen, element));
        }
    }
}
