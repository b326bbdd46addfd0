package dev.tollgate.pricing;

import dev.tollgate.kernel.Money;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The prices and terms in force: snapshots that are replaced by one thread and read by all. Prices that
 * {@code tollgate.yaml} declares belong to it and lie over the versions of the database. What holds is decided by the
 * instant at which a request began, so that the same request has the same price whoever asks and whenever it ends.
 */
public final class PricesInForce {
    private static final long ALWAYS = Long.MIN_VALUE;

    /** Longer than any request takes. */
    private static final long REMEMBERED_MILLIS = Duration.ofDays(1).toMillis();

    private volatile Book book = Book.of(PriceBook.empty(), List.of(), List.of(), ALWAYS, null);
    private volatile String declaredIn = "tollgate.yaml";
    private final Map<String, Agreed> agreed = new ConcurrentHashMap<>();
    private volatile Map<String, Volume> volumes = Map.of();

    /**
     * The price files that came with Tollgate, those declared on top, and all together with the versions between.
     *
     * @param since when the declared ones were put in force
     * @param before what requests go by that began before that; null where there are none
     */
    private record Book(
            PriceBook builtIn,
            List<PriceFile> declared,
            Collection<PriceVersion> versions,
            PriceBook whole,
            long since,
            @Nullable Book before) {
        static Book of(
                PriceBook builtIn,
                List<PriceFile> declared,
                Collection<PriceVersion> versions,
                long since,
                @Nullable Book before) {
            PriceBook whole = builtIn.withVersions(versions);
            for (PriceFile file : declared) {
                whole = whole.with(file);
            }
            return new Book(builtIn, List.copyOf(declared), List.copyOf(versions), whole, since, before);
        }

        Book with(Collection<PriceVersion> newer) {
            return of(builtIn, declared, newer, since, before == null ? null : before.with(newer));
        }

        /** What a request goes by that began at an instant. */
        Book at(long epochMillis) {
            Book found = this;
            while (epochMillis < found.since && found.before != null) {
                found = found.before;
            }
            return found;
        }

        /** Without what no request goes by any more that began after an instant. */
        Book since(long epochMillis) {
            Book earlier = since <= epochMillis || before == null ? null : before.since(epochMillis);
            return new Book(builtIn, declared, versions, whole, since, earlier);
        }
    }

    /** All that was ever agreed with an organization, and when it holds. */
    private record Agreed(Timeline<Terms> timeline, List<DatedTerms> versions) {}

    /**
     * Terms of an organization from an instant on.
     *
     * @param terms their {@link Terms#NONE} ends what was agreed before
     */
    public record DatedTerms(Instant effectiveFrom, Terms terms) {}

    /**
     * What an organization was charged in a month.
     *
     * @param from the month's first millisecond
     * @param to the first millisecond after it
     */
    public record Volume(Money charge, long from, long to) {}

    /** Puts price files in force, the declared ones over those that come with Tollgate. */
    public synchronized void begin(PriceBook builtIn, List<PriceFile> declared) {
        book = Book.of(builtIn, declared, List.of(), ALWAYS, null);
    }

    /**
     * What the list of prices would be with other declared ones. A version that another price file has throws
     * {@link IllegalArgumentException}.
     */
    public PriceBook bookWith(List<PriceFile> declared) {
        Book now = book;
        return Book.of(now.builtIn, declared, now.versions, ALWAYS, null).whole;
    }

    /** Puts other declared prices in force, as if they had always been. */
    public synchronized void declare(List<PriceFile> declared) {
        book = Book.of(book.builtIn, declared, book.versions, ALWAYS, null);
    }

    /** The same from an instant on: requests that began before it are priced as they were. */
    public synchronized void declareFrom(List<PriceFile> declared, long epochMillis) {
        Book before = book.since(epochMillis - REMEMBERED_MILLIS);
        book = Book.of(before.builtIn, declared, before.versions, epochMillis, before);
    }

    /** Puts the versions of the database in force, given from the oldest to the newest. */
    public synchronized void replaceVersions(Collection<PriceVersion> versions) {
        book = book.with(versions);
    }

    /** Puts an organization's terms in force, given from the oldest to the newest. */
    public void replaceTerms(String organizationId, List<DatedTerms> versions) {
        List<Timeline.Layer<Terms>> layers = versions.stream()
                .map(each -> new Timeline.Layer<>(each.terms, each.effectiveFrom.toEpochMilli(), Timeline.OPEN))
                .toList();
        agreed.put(organizationId, new Agreed(Timeline.always(Terms.NONE).under(layers), List.copyOf(versions)));
    }

    /** Puts the volumes of organizations with steps in force. */
    public void replaceVolumes(Map<String, Volume> byOrganization) {
        volumes = Map.copyOf(new HashMap<>(byOrganization));
    }

    /** The list of prices. */
    public PriceBook book() {
        return book.whole;
    }

    /** The providers that have a price for an organization. */
    public Set<String> providers(String organizationId, long epochMillis) {
        Set<String> providers = new HashSet<>(book.whole.providers());
        providers.addAll(terms(organizationId, epochMillis).providers());
        return providers;
    }

    /** The file that declares prices, for people. */
    public String declaredIn() {
        return declaredIn;
    }

    /** Says which file declares prices. */
    public void areDeclaredIn(String file) {
        declaredIn = file;
    }

    /** Whether {@code tollgate.yaml} declares the price of the model, so that nothing else can change it. */
    public boolean isDeclared(String provider, String model) {
        return book.declared.stream()
                .filter(file -> file.provider().equals(provider))
                .flatMap(file -> file.models().stream())
                .anyMatch(
                        price -> price.model().equals(model) || price.aliases().contains(model));
    }

    /** The price of a model for an organization at an instant: the list's, else one that it alone has; null without one. */
    public @Nullable ModelPrice find(String organizationId, String provider, String model, long epochMillis) {
        ModelPrice listed = book.at(epochMillis).whole.find(provider, model, epochMillis);
        if (listed != null) {
            return listed;
        }
        Terms terms = terms(organizationId, epochMillis);
        return terms == Terms.NONE ? null : terms.override(provider, model);
    }

    /**
     * What a request is priced by.
     *
     * @param price the price that was found for it
     * @param model the name by which it was found
     */
    public Tariff tariff(
            String organizationId, String provider, ModelPrice price, @Nullable String model, long epochMillis) {
        Terms terms = terms(organizationId, epochMillis);
        Money volume = terms.hasSteps() ? volume(organizationId, epochMillis) : Money.ZERO;
        return tariff(provider, price, model, terms.at(volume));
    }

    /**
     * What a request is priced by that was priced before, by the terms that its entry kept.
     *
     * @param appliedVersion of the terms, {@code terms@3/1}; null where there were none
     * @return null where these terms are not known
     */
    public @Nullable Tariff tariffAgain(
            String organizationId,
            String provider,
            ModelPrice price,
            @Nullable String model,
            @Nullable String appliedVersion) {
        Terms.Applied applied =
                appliedVersion == null ? Terms.NONE.at(Money.ZERO) : applied(organizationId, appliedVersion);
        return applied == null ? null : tariff(provider, price, model, applied);
    }

    private Terms.@Nullable Applied applied(String organizationId, String appliedVersion) {
        Agreed all = agreed.get(organizationId);
        for (DatedTerms each : all == null ? List.<DatedTerms>of() : all.versions) {
            Terms.Applied applied = each.terms.of(appliedVersion);
            if (applied != null) {
                return applied;
            }
        }
        return null;
    }

    private static Tariff tariff(String provider, ModelPrice price, @Nullable String model, Terms.Applied applied) {
        Terms terms = applied.terms();
        if (terms == Terms.NONE) {
            return new Tariff(price, price, applied);
        }
        ModelPrice override = model == null ? null : terms.override(provider, model);
        if (override == null) {
            override = terms.override(provider, price.model());
        }
        return new Tariff(price, override == null ? price : override, applied);
    }

    private Terms terms(String organizationId, long epochMillis) {
        Agreed all = agreed.get(organizationId);
        Terms terms = all == null ? null : all.timeline.at(epochMillis);
        return terms == null ? Terms.NONE : terms;
    }

    /** Nothing, where the volume that is known is another month's. */
    private Money volume(String organizationId, long epochMillis) {
        Volume volume = volumes.get(organizationId);
        return volume == null || epochMillis < volume.from || epochMillis >= volume.to ? Money.ZERO : volume.charge;
    }
}
