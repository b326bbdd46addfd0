package dev.tollgate.routing;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Tenant;
import dev.tollgate.provider.Unfit;
import dev.tollgate.provider.Wish;
import dev.tollgate.provider.Wish.Within;
import java.util.ArrayList;
import java.util.Comparator;
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

    /** Models of one account that are told apart; callers may think of more, where unpriced ones have a ceiling. */
    private static final int MODELS_MAX = 1_000;

    private static final String OTHER = "";

    /** By account, then by model. */
    private final Map<String, Map<String, Load>> loads = new ConcurrentHashMap<>();

    public AccountPlaces(Accounts accounts, LongSupplier nanoTime) {
        this.accounts = accounts;
        this.nanoTime = nanoTime;
    }

    /** Whether there is an account at a provider, whoever may use it. */
    boolean hasProvider(String provider) {
        return accounts.hasProvider(provider);
    }

    boolean hasAccount(String id, @Nullable String provider) {
        return accounts.hasAccount(id, provider);
    }

    boolean hasRegion(String region, @Nullable String provider) {
        return accounts.hasRegion(region, provider);
    }

    /** Whether models without a price are charged at a ceiling, rather than refused. */
    boolean chargesUnpriced() {
        return accounts.chargesUnpriced();
    }

    /** How busy a model of an account is. */
    public Load load(Candidate candidate) {
        Map<String, Load> ofAccount = loads.computeIfAbsent(candidate.account().id(), _ -> new ConcurrentHashMap<>());
        String model = String.valueOf(candidate.model());
        Load load = ofAccount.get(model);
        return load != null
                ? load
                : ofAccount.computeIfAbsent(ofAccount.size() < MODELS_MAX ? model : OTHER, _ -> new Load());
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
     * @param session what the requests of one conversation have in common, or null
     * @param chance any number, evenly spread, by which accounts share requests without a session
     */
    public record Asked(
            Tenant tenant,
            @Nullable String provider,
            long promptBytes,
            long outputCap,
            long epochMillis,
            @Nullable String session,
            long chance) {}

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
        public List<Candidate> of(Target.Model model, Notes<Candidate> notes) {
            Within within = new Within(model.provider(), model.account(), model.region());
            Wish wish = new Wish(asked.tenant, asked.provider, within, model.model(), asked.epochMillis);
            List<Candidate> able = accounts.serving(wish, (account, unfit) -> passedOver(account, unfit, wish, notes));
            if (able.isEmpty() && notes.areKept()) {
                notes.nowhere("no account that is open to this caller has it, and a price for it");
            }
            List<Candidate> open = new ArrayList<>(able.size());
            for (Candidate candidate : able) {
                if (isOpen(candidate, notes)) {
                    open.add(candidate);
                }
            }
            return open.size() < 2 ? open : byWeight(open);
        }

        private boolean isOpen(Candidate candidate, Notes<Candidate> notes) {
            if (AccountPlaces.this.load(candidate).isShut(nanoTime.getAsLong())) {
                notes.closed(candidate, "health", "too many calls failed there; it is tried again soon");
                return false;
            }
            String closed = gate.closed(candidate);
            if (closed != null) {
                notes.closed(candidate, "stop", closed);
            }
            return closed == null;
        }

        /** What the candidate does not lead to is not worth a word. */
        private static void passedOver(Account account, Unfit unfit, Wish wish, Notes<Candidate> notes) {
            if (notes.areKept() && unfit != Unfit.OTHER_PROVIDER && unfit != Unfit.OTHER_ACCOUNT) {
                notes.closed(new Candidate(account, wish.model(), null), unfit.member(), unfit.why(account));
            }
        }

        /**
         * Accounts at one provider share its requests by their weights, those of one session on the same one: what a
         * provider keeps of a conversation to answer faster, it keeps for an account.
         */
        private List<Candidate> byWeight(List<Candidate> open) {
            String session = asked.session;
            String drawnBy = session == null ? Long.toHexString(asked.chance) : session;
            List<Candidate> drawn = new ArrayList<>(open.size());
            for (Candidate candidate : open) {
                if (drawn.contains(candidate)) {
                    continue;
                }
                Account first = candidate.account();
                open.stream()
                        .filter(other -> other.account().provider().equals(first.provider()))
                        .sorted(Comparator.comparingDouble(other -> Ranking.key(
                                Ranking.unit(drawnBy, other.account().id()),
                                other.account().use().weight())))
                        .forEach(drawn::add);
            }
            return drawn;
        }

        @Override
        public String name(Candidate candidate) {
            String name = candidate.account().provider() + "/" + candidate.model() + " over "
                    + candidate.account().id();
            return isDown(candidate) ? name + ", which is down" : name;
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
