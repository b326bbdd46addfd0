package dev.tollgate.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.PriceFile;
import dev.tollgate.pricing.PriceFileReader;
import dev.tollgate.routing.Declaration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What {@code tollgate.yaml} declares, version 1: {@code prices}, a list of price files in the form that
 * {@code docs/prices.md} describes, {@code routes} and {@code tiers} as in {@code docs/routes.md}. Read whole or not at
 * all: anything not understood is refused with its place.
 *
 * @param prices price files, the later over the earlier
 * @param priceTexts what is written of each, by its version
 * @param routing routes, and how tiers are routed
 */
record TollgateYaml(List<PriceFile> prices, Map<String, String> priceTexts, Declaration routing) {
    static final TollgateYaml NONE = new TollgateYaml(List.of(), Map.of(), Declaration.NONE);

    private static final Set<String> FIELDS = Set.of("version", "prices", "routes", "tiers");
    private static final int VERSION = 1;

    static TollgateYaml read(Path file) {
        try {
            return read(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new StartFailure(file + ": there is no such file (TOLLGATE_CONFIG names it)");
        } catch (IOException e) {
            throw new StartFailure(file + ": can't be read: " + e.getMessage());
        }
    }

    static TollgateYaml read(String name, String text) throws IOException {
        JsonNode root = tree(name, text);
        if (!root.isObject()) {
            throw new StartFailure(name + ": not a mapping (expected: version: 1 and what is declared)");
        }
        for (Iterator<String> fields = root.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            if (!FIELDS.contains(field)) {
                throw new StartFailure(name + ": " + field + ": unknown (expected: version, prices, routes or tiers)");
            }
        }
        JsonNode version = root.path("version");
        if (!version.isInt() || version.intValue() != VERSION) {
            throw new StartFailure(name + ": version: " + version + " (expected: " + VERSION + ")");
        }
        List<PriceFile> prices = new ArrayList<>();
        Map<String, String> texts = new HashMap<>();
        JsonNode declared = root.path("prices");
        if (!declared.isMissingNode() && !declared.isArray()) {
            throw new StartFailure(name + ": prices: not a list (expected: a list of price files)");
        }
        for (JsonNode priceFile : declared) {
            String place = name + ": prices[" + prices.size() + "]";
            try {
                PriceFile read = PriceFileReader.read(
                        place, new ByteArrayInputStream(priceFile.toString().getBytes(StandardCharsets.UTF_8)));
                prices.add(read);
                texts.put(read.version(), priceFile.toString());
            } catch (IllegalArgumentException e) {
                throw new StartFailure(e.getMessage() == null ? place : e.getMessage());
            }
        }
        return new TollgateYaml(List.copyOf(prices), Map.copyOf(texts), routing(name, root));
    }

    private static Declaration routing(String name, JsonNode root) {
        JsonPlace file = JsonPlace.root(name, root);
        try {
            return Declaration.read(name, file.findValue("routes"), file.findValue("tiers"));
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode tree(String name, String text) throws IOException {
        YAMLMapper yaml = YAMLMapper.builder(new YAMLFactory())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try {
            return yaml.readTree(text);
        } catch (JsonProcessingException e) {
            throw new StartFailure(name + ": not valid YAML: " + e.getOriginalMessage());
        }
    }
}
