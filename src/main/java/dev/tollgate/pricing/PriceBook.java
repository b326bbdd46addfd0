package dev.tollgate.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The prices in force: an immutable snapshot that is replaced whole. Looking up a model by a name from a price file is a
 * hash lookup that allocates nothing.
 */
public final class PriceBook {
    /**
     * The providers whose prices come with Tollgate, each in a file of its name. A list rather than a search, which
     * native images cannot do.
     */
    private static final List<String> BUILT_IN = List.of(
            "openai",
            "anthropic",
            "bedrock",
            "cerebras",
            "cohere",
            "deepseek",
            "fireworks",
            "google",
            "groq",
            "mistral",
            "together",
            "xai");

    private static final Pattern SNAPSHOT_DATE = Pattern.compile("-\\d{4}-\\d{2}-\\d{2}$");
    private static final String FINE_TUNED = "ft:";

    private static final PriceBook EMPTY = new PriceBook(Set.of(), Map.of());

    private final Set<String> versions;
    private final Map<String, Map<String, ModelPrice>> modelsByProvider;

    private PriceBook(Set<String> versions, Map<String, Map<String, ModelPrice>> modelsByProvider) {
        this.versions = versions;
        this.modelsByProvider = modelsByProvider;
    }

    /** A book without prices, to begin one with. */
    public static PriceBook empty() {
        return EMPTY;
    }

    /** The prices that come with Tollgate. */
    public static PriceBook builtIn() {
        PriceBook book = EMPTY;
        for (PriceFile file : builtInFiles()) {
            book = book.with(file);
        }
        return book;
    }

    /** The price files that come with Tollgate, one per provider. */
    public static List<PriceFile> builtInFiles() {
        return BUILT_IN.stream().map(PriceBook::readBuiltIn).toList();
    }

    private static PriceFile readBuiltIn(String provider) {
        String resource = "prices/" + provider + ".json";
        try (InputStream in = PriceBook.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": missing (expected: inside the application)");
            }
            return PriceFileReader.read(resource, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * This book with the prices of a file on top. A model of the file replaces the one of that name whole; names that the
     * replaced one was also known by follow it, unless the file prices them apart. A version that the book already has is
     * refused with {@link IllegalArgumentException}, because ledger entries name their price by it.
     */
    public PriceBook with(PriceFile file) {
        Set<String> allVersions = new HashSet<>(versions);
        if (!allVersions.add(file.version())) {
            throw new IllegalArgumentException(
                    "version: " + file.version() + " (expected: one that no other price file has)");
        }
        Map<String, ModelPrice> before = modelsByProvider.getOrDefault(file.provider(), Map.of());
        Map<String, ModelPrice> after = new HashMap<>(before);
        for (ModelPrice price : file.models()) {
            ModelPrice replaced = before.get(price.model());
            if (replaced != null && replaced.model().equals(price.model())) {
                replaced.aliases().forEach(alias -> after.put(alias, price));
            }
        }
        for (ModelPrice price : file.models()) {
            after.put(price.model(), price);
            price.aliases().forEach(alias -> after.put(alias, price));
        }
        Map<String, Map<String, ModelPrice>> all = new HashMap<>(modelsByProvider);
        all.put(file.provider(), Map.copyOf(after));
        return new PriceBook(Set.copyOf(allVersions), Map.copyOf(all));
    }

    /**
     * The price of a model at a provider, or null where it has none. A name that no price file has is tried once more as
     * what it is derived from: {@code gpt-5-2025-08-07} is a dated snapshot of {@code gpt-5}, and
     * {@code ft:gpt-4o-mini-2024-07-18:acme::id} was fine-tuned from {@code gpt-4o-mini-2024-07-18}, whose fine-tuned
     * price is {@code ft:gpt-4o-mini-2024-07-18}. Nothing else is guessed.
     */
    public @Nullable ModelPrice find(String provider, String model) {
        Map<String, ModelPrice> models = modelsByProvider.get(provider);
        if (models == null) {
            return null;
        }
        ModelPrice price = models.get(model);
        return price != null ? price : findDerived(models, model);
    }

    private static @Nullable ModelPrice findDerived(Map<String, ModelPrice> models, String model) {
        String base = model.startsWith(FINE_TUNED) ? fineTunedBase(model) : model;
        ModelPrice price = models.get(base);
        return price != null ? price : models.get(SNAPSHOT_DATE.matcher(base).replaceFirst(""));
    }

    /** {@code ft:base} of {@code ft:base:organization:name:id}. */
    private static String fineTunedBase(String model) {
        int end = model.indexOf(':', FINE_TUNED.length());
        return end < 0 ? model : model.substring(0, end);
    }
}
