package dev.tollgate.routing;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The models of accounts as places of routes. Safe for threads. */
public final class AccountPlaces {
    /** Of text; enough to compare candidates by. */
    private static final int BYTES_PER_TOKEN = 4;

    /** Of an answer whose length nobody has bounded. */
    private static final long USUAL_OUTPUT = 500;

    private final Accounts accounts;
    private final LongSupplier nanoTime;

    /** By account, then by model: few, because routes name them. */
    private final Map<String, Map<String, Load>> loads = new ConcurrentHashMap<>();

    public AccountPlaces(Accounts accounts, LongSupplier nanoTime) {
        this.accounts = accounts;
        this.nanoTime = nanoTime;
    }

    /** Whether there is an account at a provider, whoever may use it. */
    boolean hasProvider(String provider) {
        return accounts.hasProvider(provider);
    }

    /** Whether models without a price are charged at a ceiling, rather than refused. */
    boolean chargesUnpriced() {
        return accounts.chargesUnpriced();
    }

    /** How busy a model of an account is. */
    public Load load(Candidate candidate) {
        return loads.computeIfAbsent(candidate.account().id(), _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(String.valueOf(candidate.model()), _ -> new Load());
    }

    /** Says what speaks against a model of an account at this moment, or null where nothing does. */
    @FunctionalInterface
    public interface Gate {
        @Nullable
        String closed(Candidate candidate);
    }

    /**
     * Who asks for what.
     *
     * @param provider the one that the caller wants, or null
     * @param outputCap tokens of the answer, or -1 where nobody has bounded them
     * @param epochMillis when the request began, which decides what price holds
     */
    public record Asked(Tenant tenant, @Nullable String provider, long promptBytes, long outputCap, long epochMillis) {}

    /** The places that a request can go to. */
    public Places<Candidate> of(Asked asked, Gate gate) {
        return new OfRequest(asked, gate);
    }

    private final class OfRequest implements Places<Candidate> {
        private final Asked asked;
        private final Gate gate;

        OfRequest(Asked asked, Gate gate) {
            this.asked = asked;
            this.gate = gate;
        }

        @Override
        public List<Place<Candidate>> of(Target.Model model) {
            if (asked.provider != null && model.provider() != null && !asked.provider.equals(model.provider())) {
                return List.of(
                        new Place.Closed<>(model.toString(), "the caller wants it of " + asked.provider + " alone"));
            }
            String provider = model.provider() == null ? asked.provider : model.provider();
            List<Candidate> able = accounts.serving(asked.tenant, provider, model.model(), asked.epochMillis);
            if (able.isEmpty()) {
                return List.of(new Place.Closed<>(
                        model.toString(), "no account that is open to this caller has it, and a price for it"));
            }
            List<Place<Candidate>> places = new ArrayList<>(able.size());
            for (Candidate candidate : able) {
                String closed = AccountPlaces.this.load(candidate).isShut(nanoTime.getAsLong())
                        ? "too many calls failed there; it is tried again soon"
                        : gate.closed(candidate);
                places.add(
                        closed == null
                                ? new Place.Open<>(
                                        candidate,
                                        isDown(candidate) ? name(candidate) + ", which is down" : name(candidate))
                                : new Place.Closed<>(name(candidate), closed));
            }
            return places;
        }

        private static String name(Candidate candidate) {
            return candidate.account().provider() + "/" + candidate.model() + " over "
                    + candidate.account().id();
        }

        /** By list price or terms, for the length of this prompt; for an order, not for a bill. */
        @Override
        public long cost(Candidate place) {
            Tariff tariff =
                    accounts.tariff(asked.tenant.organizationId(), place, /* modelServed= */ null, asked.epochMillis);
            if (tariff == null) {
                return 0;
            }
            Usage usage = Usage.builder()
                    .set(Meter.INPUT, asked.promptBytes / BYTES_PER_TOKEN + 1)
                    .set(Meter.OUTPUT, asked.outputCap < 0 ? USUAL_OUTPUT : asked.outputCap)
                    .build();
            return tariff.charge(usage, ServiceTier.STANDARD).money().nanos();
        }

        @Override
        public long delay(Candidate place) {
            return AccountPlaces.this.load(place).delay(nanoTime.getAsLong());
        }

        @Override
        public int load(Candidate place) {
            return AccountPlaces.this.load(place).underWay();
        }

        @Override
        public boolean isDown(Candidate place) {
            return accounts.isDown(place.account());
        }
    }
}
