package dev.tollgate.pricing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What models cost: price files, and dated versions laid over them. An immutable snapshot that is replaced whole. Looking
 * up a model by a name in the book allocates nothing: it is found by a hash and its price by its instant, so that what is
 * to come holds from its time on without anybody doing anything.
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

    private static final PriceBook EMPTY = new PriceBook(Set.of(), Map.of());

    private final Set<String> versions;
    private final Map<String, Map<String, PriceHistory>> modelsByProvider;

    private PriceBook(Set<String> versions, Map<String, Map<String, PriceHistory>> modelsByProvider) {
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
        Map<String, PriceHistory> before = modelsByProvider.getOrDefault(file.provider(), Map.of());
        List<PriceHistory> models = file.models().stream()
                .map(price -> history(before, file, price))
                .toList();
        return new PriceBook(Set.copyOf(allVersions), with(file.provider(), named(before, models)));
    }

    private static PriceHistory history(Map<String, PriceHistory> before, PriceFile file, ModelPrice price) {
        LocalDate from = file.from();
        return from == null
                ? PriceHistory.always(file.provider(), price)
                : own(before, file.provider(), price.model())
                        .then(price, from.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    /**
     * This book with versions laid over it, which are given from the oldest to the newest. A model keeps the names it had
     * and is found by those of its versions, too.
     */
    public PriceBook withVersions(Collection<PriceVersion> newer) {
        Map<String, Map<String, List<PriceVersion>>> grouped = new HashMap<>();
        for (PriceVersion version : newer) {
            grouped.computeIfAbsent(version.provider(), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(version.price().model(), _ -> new ArrayList<>())
                    .add(version);
        }
        PriceBook book = this;
        for (Map.Entry<String, Map<String, List<PriceVersion>>> provider : grouped.entrySet()) {
            book = book.withVersions(provider.getKey(), provider.getValue());
        }
        return book;
    }

    private PriceBook withVersions(String provider, Map<String, List<PriceVersion>> versionsByModel) {
        Map<String, PriceHistory> before = modelsByProvider.getOrDefault(provider, Map.of());
        List<PriceHistory> models = new ArrayList<>();
        versionsByModel.forEach(
                (model, dated) -> models.add(own(before, provider, model).with(dated)));
        return new PriceBook(versions, with(provider, named(before, models)));
    }

    /** What is known of a model itself, be it as another name of some other until now, or nothing. */
    private static PriceHistory own(Map<String, PriceHistory> before, String provider, String model) {
        PriceHistory known = before.get(model);
        if (known == null) {
            return PriceHistory.none(provider, model);
        }
        return known.model().equals(model) ? known : known.apart(model);
    }

    /** Models by name, with others on top. A replaced model's other names follow, unless they are priced apart. */
    private static Map<String, PriceHistory> named(Map<String, PriceHistory> before, List<PriceHistory> models) {
        Map<String, PriceHistory> after = new HashMap<>(before);
        for (PriceHistory model : models) {
            PriceHistory replaced = before.get(model.model());
            if (replaced != null && replaced.model().equals(model.model())) {
                replaced.aliases().forEach(alias -> after.replace(alias, replaced, model));
            }
        }
        for (PriceHistory model : models) {
            model.aliases().forEach(alias -> after.put(alias, model));
        }
        models.forEach(model -> after.put(model.model(), model));
        return Map.copyOf(after);
    }

    private Map<String, Map<String, PriceHistory>> with(String provider, Map<String, PriceHistory> models) {
        Map<String, Map<String, PriceHistory>> all = new HashMap<>(modelsByProvider);
        all.put(provider, models);
        return Map.copyOf(all);
    }

    /** The price of a model as the price files have it, whatever versions were laid over them; see {@link #find(String, String, long)}. */
    public @Nullable ModelPrice find(String provider, String model) {
        return find(provider, model, Timeline.EVER);
    }

    /**
     * The price of a model at a provider at an instant, in milliseconds since 1970, or null where it has none. A name that
     * is not in the book is tried once more as what it is derived from: {@code gpt-5-2025-08-07} is a dated snapshot of
     * {@code gpt-5}, and {@code ft:gpt-4o-mini-2024-07-18:acme::id} was fine-tuned from {@code gpt-4o-mini-2024-07-18},
     * whose fine-tuned price is {@code ft:gpt-4o-mini-2024-07-18}. Nothing else is guessed.
     */
    public @Nullable ModelPrice find(String provider, String model, long epochMillis) {
        PriceHistory history = history(provider, model);
        return history == null ? null : history.at(epochMillis);
    }

    /** All prices of a model, or null where the book does not know it. The name is understood as by {@code find}. */
    public @Nullable PriceHistory history(String provider, String model) {
        Map<String, PriceHistory> models = modelsByProvider.get(provider);
        if (models == null) {
            return null;
        }
        PriceHistory history = models.get(model);
        return history != null ? history : derived(models, model);
    }

    /** The providers that have a price. */
    public Set<String> providers() {
        return modelsByProvider.keySet();
    }

    /** Every model once, by provider and name. */
    public List<PriceHistory> all() {
        return modelsByProvider.values().stream()
                .flatMap(models -> models.values().stream().distinct())
                .sorted(Comparator.comparing(PriceHistory::provider).thenComparing(PriceHistory::model))
                .toList();
    }

    private static @Nullable PriceHistory derived(Map<String, PriceHistory> models, String model) {
        String base = model.startsWith(FINE_TUNED) ? fineTunedBase(model) : model;
        PriceHistory history = models.get(base);
        return history != null
                ? history
                : models.get(SNAPSHOT_DATE.matcher(base).replaceFirst(""));
    }

    /** {@code ft:base} of {@code ft:base:organization:name:id}. */
    private static String fineTunedBase(String model) {
        int end = model.indexOf(':', FINE_TUNED.length());
        return end < 0 ? model : model.substring(0, end);
    }
}
