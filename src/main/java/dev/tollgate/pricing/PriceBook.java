package dev.tollgate.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
     * The price files that come with Tollgate: a provider's first, then those whose prices begin on a later day. A list
     * rather than a search, which native images cannot do.
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
            "google-2026-12-01",
            "google-2027-01-01",
            "groq",
            "mistral",
            "together",
            "xai");

    private static final Pattern SNAPSHOT_DATE = Pattern.compile("-\\d{4}-\\d{2}-\\d{2}$");
    private static final String FINE_TUNED = "ft:";

    private static final PriceBook EMPTY = new PriceBook(InstantSource.fixed(Instant.EPOCH), Set.of(), Map.of());

    private final InstantSource clock;
    private final Set<String> versions;
    private final Map<String, Map<String, Timeline>> modelsByProvider;

    private PriceBook(InstantSource clock, Set<String> versions, Map<String, Map<String, Timeline>> modelsByProvider) {
        this.clock = clock;
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

    /** The price files that come with Tollgate. */
    public static List<PriceFile> builtInFiles() {
        return BUILT_IN.stream().map(PriceBook::readBuiltIn).toList();
    }

    private static PriceFile readBuiltIn(String name) {
        String resource = "prices/" + name + ".json";
        try (InputStream in = PriceBook.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + ": missing (expected: inside the application)");
            }
            return PriceFileReader.read(resource, in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This book by that clock: prices that begin on a day hold from that day on. Without one they never do. */
    public PriceBook by(InstantSource newClock) {
        return new PriceBook(newClock, versions, modelsByProvider);
    }

    /**
     * This book with the prices of a file on top. A model of the file replaces the one of that name whole, from the day on
     * which the file begins; names that the replaced one was also known by follow it, unless the file prices them apart. A
     * version that the book already has is refused with {@link IllegalArgumentException}, because ledger entries name
     * their price by it.
     */
    public PriceBook with(PriceFile file) {
        Set<String> allVersions = new HashSet<>(versions);
        if (!allVersions.add(file.version())) {
            throw new IllegalArgumentException(
                    "version: " + file.version() + " (expected: one that no other price file has)");
        }
        Map<String, ModelPrice> priced = new HashMap<>();
        Map<String, Timeline> before = modelsByProvider.getOrDefault(file.provider(), Map.of());
        for (ModelPrice price : file.models()) {
            ModelPrice replaced =
                    before.getOrDefault(price.model(), Timeline.EMPTY).last();
            if (replaced != null && replaced.model().equals(price.model())) {
                replaced.aliases().forEach(alias -> priced.put(alias, price));
            }
        }
        for (ModelPrice price : file.models()) {
            priced.put(price.model(), price);
            price.aliases().forEach(alias -> priced.put(alias, price));
        }
        Map<String, Timeline> after = new HashMap<>(before);
        LocalDate from = file.from();
        priced.forEach((name, price) -> after.put(
                name,
                from == null
                        ? Timeline.always(price)
                        : before.getOrDefault(name, Timeline.EMPTY)
                                .then(from.atStartOfDay(ZoneOffset.UTC).toInstant(), price)));
        Map<String, Map<String, Timeline>> all = new HashMap<>(modelsByProvider);
        all.put(file.provider(), Map.copyOf(after));
        return new PriceBook(clock, Set.copyOf(allVersions), Map.copyOf(all));
    }

    /**
     * The price of a model at a provider, or null where it has none. A name that no price file has is tried once more as
     * what it is derived from: {@code gpt-5-2025-08-07} is a dated snapshot of {@code gpt-5}, and
     * {@code ft:gpt-4o-mini-2024-07-18:acme::id} was fine-tuned from {@code gpt-4o-mini-2024-07-18}, whose fine-tuned
     * price is {@code ft:gpt-4o-mini-2024-07-18}. Nothing else is guessed. A price that begins later is none yet.
     */
    public @Nullable ModelPrice find(String provider, String model) {
        Map<String, Timeline> models = modelsByProvider.get(provider);
        if (models == null) {
            return null;
        }
        Timeline prices = models.get(model);
        if (prices == null) {
            prices = findDerived(models, model);
        }
        return prices == null ? null : prices.now(clock);
    }

    private static @Nullable Timeline findDerived(Map<String, Timeline> models, String model) {
        String base = model.startsWith(FINE_TUNED) ? fineTunedBase(model) : model;
        Timeline prices = models.get(base);
        return prices != null ? prices : models.get(SNAPSHOT_DATE.matcher(base).replaceFirst(""));
    }

    /** {@code ft:base} of {@code ft:base:organization:name:id}. */
    private static String fineTunedBase(String model) {
        int end = model.indexOf(':', FINE_TUNED.length());
        return end < 0 ? model : model.substring(0, end);
    }
}
