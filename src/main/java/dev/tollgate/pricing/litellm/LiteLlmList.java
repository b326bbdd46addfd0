package dev.tollgate.pricing.litellm;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * LiteLLM's price list, {@code model_prices_and_context_window}: dollars per token, second and so on, in binary fractions.
 * Here they are exact decimals per million, rounded to the nine decimals that a price can have, which takes away what the
 * fractions are off.
 *
 * @param version of the package that the file lies in, or "unknown"
 * @param figuresByModel by our name of the provider, then by the model's name at the provider
 */
record LiteLlmList(String version, Map<String, SortedMap<String, SortedMap<Figure, BigDecimal>>> figuresByModel) {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .reader();

    private static final int DECIMALS = 9;

    /** Our names of the providers. */
    private static final Map<String, String> PROVIDERS = Map.ofEntries(
            Map.entry("openai", "openai"),
            Map.entry("text-completion-openai", "openai"),
            Map.entry("anthropic", "anthropic"),
            Map.entry("gemini", "google"),
            Map.entry("mistral", "mistral"),
            Map.entry("deepseek", "deepseek"),
            Map.entry("xai", "xai"),
            Map.entry("groq", "groq"),
            Map.entry("cohere", "cohere"),
            Map.entry("cohere_chat", "cohere"),
            Map.entry("cerebras", "cerebras"),
            Map.entry("bedrock", "bedrock"),
            Map.entry("bedrock_converse", "bedrock"),
            Map.entry("together_ai", "together"),
            Map.entry("fireworks_ai", "fireworks"),
            Map.entry("fireworks_ai-embedding-models", "fireworks"));

    /** Reads a list; one that is no JSON object throws {@link IllegalArgumentException}. */
    static LiteLlmList read(Path file) throws IOException {
        JsonNode root = JSON.readTree(Files.readAllBytes(file));
        if (root == null || !root.isObject()) {
            throw new IllegalArgumentException(file + ": no price list (expected: a JSON object of models)");
        }
        Map<String, SortedMap<String, SortedMap<Figure, BigDecimal>>> figures = new TreeMap<>();
        root.properties().forEach(model -> {
            String theirs = model.getValue().path("litellm_provider").asText();
            String ours = PROVIDERS.get(theirs);
            SortedMap<Figure, BigDecimal> prices = figures(model.getValue());
            if (ours == null || prices.isEmpty()) {
                return;
            }
            // A name with the provider before it says what is asked of that provider; the bare one may be of another.
            String prefix = theirs + "/";
            boolean prefixed = model.getKey().startsWith(prefix);
            String name = prefixed ? model.getKey().substring(prefix.length()) : model.getKey();
            Map<String, SortedMap<Figure, BigDecimal>> models = figures.computeIfAbsent(ours, key -> new TreeMap<>());
            if (prefixed) {
                models.put(name, prices);
            } else {
                models.putIfAbsent(name, prices);
            }
        });
        return new LiteLlmList(version(file), figures);
    }

    private static SortedMap<Figure, BigDecimal> figures(JsonNode model) {
        SortedMap<Figure, BigDecimal> figures = new TreeMap<>();
        model.properties().forEach(member -> {
            Figure figure = Figure.ofMember(member.getKey());
            if (figure != null && member.getValue().isNumber()) {
                BigDecimal perMillion = member.getValue().decimalValue().movePointRight(6);
                figures.put(figure, perMillion.setScale(DECIMALS, RoundingMode.HALF_UP));
            }
        });
        return figures;
    }

    /** An installed package has a folder beside it that is named for its version: {@code litellm-1.109.1.dist-info}. */
    private static String version(Path file) throws IOException {
        Path packages = file.toAbsolutePath().normalize().resolve("../..").normalize();
        try (DirectoryStream<Path> infos = Files.newDirectoryStream(packages, "litellm-*.dist-info")) {
            for (Path info : infos) {
                return info.getFileName().toString().replaceAll("^litellm-|\\.dist-info$", "");
            }
        }
        return "unknown";
    }
}
