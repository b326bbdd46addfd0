package dev.tollgate.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the price of one model in the form that it has in a price file, as strictly as there. */
public final class ModelPriceReader {
    private static final String PLACE = "models[0]";

    private ModelPriceReader() {}

    /**
     * Reads a price.
     *
     * @param place what error messages call it
     * @param version what the price is known by in ledger entries
     * @throws IllegalArgumentException naming the place, where anything is not understood
     */
    public static ModelPrice read(String place, String provider, String version, JsonNode model) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        file.put("provider", provider)
                .put("currency", "USD")
                .put("version", "one")
                .put("source", "one");
        file.putArray("models").add(model);
        try {
            PriceFile read = PriceFileReader.read(
                    place, new ByteArrayInputStream(file.toString().getBytes(StandardCharsets.UTF_8)));
            return read.models().getFirst().as(version);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(
                    message.replace(place + ": " + PLACE + ".", place + ".").replace(place + ": " + PLACE, place), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
