package dev.tollgate.provider;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.Tariff;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that there are, and the choice among those that are open to a tenant: its client's own before its
 * organization's own before the platform's; among accounts of one owner at one provider by their weights. Replaced now and
 * then, read by all threads.
 */
public final class Accounts {
    private final PricesInForce prices;
    private final @Nullable ModelPrice ceiling;
    private List<Account> given = List.of();
    private List<Account> stored = List.of();
    private List<Known> records = List.of();
    private volatile List<Known> known = List.of();
    private volatile AccountIndex index = AccountIndex.EMPTY;
    private volatile Set<String> down = Set.of();

    /** @param ceiling what a model without a price is charged at, or null to refuse it */
    public Accounts(PricesInForce prices, @Nullable ModelPrice ceiling) {
        this.prices = prices;
        this.ceiling = ceiling;
    }

    /** Puts other accounts of the environment in force, in the order in which they are preferred. */
    public synchronized void replace(List<Account> next) {
        given = List.copyOf(next);
        reindex();
    }

    /** Puts other accounts of the database in force; they are preferred to their owner's of the environment. */
    public synchronized void replaceStored(List<Account> next) {
        stored = List.copyOf(next);
        reindex();
    }

    /** Says which accounts the database has, those that are not in use included. */
    public synchronized void nameStored(Collection<AccountRecord> all) {
        records = all.stream()
                .map(each -> new Known(each.id(), each.provider(), each.use().regions()))
                .toList();
        reindex();
    }

    /** Says which accounts are down: where others are as good, requests go there, until it is said otherwise. */
    public void down(Set<String> accountIds) {
        down = Set.copyOf(accountIds);
    }

    public boolean isDown(Account account) {
        return down.contains(account.id());
    }

    private void reindex() {
        List<Account> all = new ArrayList<>(stored);
        all.addAll(given);
        index = new AccountIndex(all);
        List<Known> allKnown = new ArrayList<>(records);
        given.forEach(each ->
                allKnown.add(new Known(each.id(), each.provider(), each.use().regions())));
        known = List.copyOf(allKnown);
    }

    /** The accounts of the environment. */
    public synchronized List<Account> given() {
        return given;
    }

    /** The accounts that a tenant may use now, preferred ones first. */
    public List<Account> openTo(Tenant tenant) {
        return index.openTo(tenant).stream()
                .filter(account -> account.outOfUse() == null)
                .toList();
    }

    /**
     * The account for what names no model: the one named by the caller, else the first that is open to them, and always the
     * same, because what it keeps is found there alone.
     */
    public Account choose(Tenant tenant, @Nullable String provider) {
        for (Account account : index.openTo(tenant)) {
            if (provider == null || account.isCalled(provider)) {
                return usable(account);
            }
        }
        throw new Problem(
                ProblemCode.MODEL_NOT_FOUND,
                provider == null
                        ? "No provider account is open to this key."
                        : "No account at " + provider + " is open to this key.");
    }

    /** Whoever has an account of their own is not moved to another one, and who pays is not, unless they allow it. */
    private static Account usable(Account account) {
        if (account.outOfUse() != null) {
            throw new Problem(
                    ProblemCode.ACCOUNT_OUT_OF_USE,
                    "The account " + account.id() + ", over which this request goes, can't be used at present: "
                            + account.outOfUse() + ". Its owner may allow others to stand in for it (stand_in).");
        }
        return account;
    }

    /** Where a request for a model goes. */
    public sealed interface Choice {
        record Found(Candidate candidate, Wish wish) implements Choice {}

        /** There is no price by which the model could be run at one of these accounts. */
        record Unpriced(List<Account> accounts, String model) implements Choice {}
    }

    /**
     * The account and price for a model: {@code provider/model} names the account; a plain name goes to the first account
     * that is for it and whose provider has a price for it.
     *
     * @param epochMillis when the request began, which decides what price holds
     * @param chance any number, evenly spread, by which accounts share requests
     */
    public Choice choose(Tenant tenant, @Nullable String provider, String model, long epochMillis, long chance) {
        int slash = model.indexOf('/');
        if (slash > 0 && provider == null) {
            String prefix = model.substring(0, slash);
            for (Account account : index.openTo(tenant)) {
                if (account.isCalled(prefix)) {
                    return priced(new Wish(tenant, prefix, model.substring(slash + 1), epochMillis), chance);
                }
            }
        }
        return priced(new Wish(tenant, provider, model, epochMillis), chance);
    }

    private Choice priced(Wish wish, long chance) {
        List<Account> open = index.openTo(wish.tenant());
        for (int i = 0; i < open.size(); i++) {
            if (wish.isServedBy(open.get(i))) {
                ModelPrice price = price(wish, open.get(i));
                if (price != null) {
                    return new Choice.Found(new Candidate(byWeight(open, i, wish, chance), wish.model(), price), wish);
                }
            }
        }
        List<Account> serving = open.stream().filter(wish::isServedBy).toList();
        if (ceiling != null && !serving.isEmpty()) {
            return new Choice.Found(
                    new Candidate(
                            byWeight(open, open.indexOf(serving.getFirst()), wish, chance), wish.model(), ceiling),
                    wish);
        }
        if (serving.isEmpty()) {
            choose(wish.tenant(), wish.called()); // says so where there is no account at all
        }
        return new Choice.Unpriced(serving, wish.model());
    }

    /** One of those that are like the first: of the same owner at the same provider, for the same model, and in use. */
    private Account byWeight(List<Account> open, int firstIndex, Wish wish, long chance) {
        Account first = open.get(firstIndex);
        Set<String> avoided = down;
        int total = weight(open, firstIndex, wish, avoided);
        if (total == 0) {
            avoided = Set.of(); // all of them are down, which may be wrong by now
            total = weight(open, firstIndex, wish, avoided);
        }
        int left = total == 0 ? 0 : (int) Math.floorMod(chance, (long) total);
        for (int i = firstIndex; i < open.size(); i++) {
            if (isLike(first, open.get(i), wish)
                    && !avoided.contains(open.get(i).id())) {
                left -= open.get(i).use().weight();
                if (left < 0) {
                    return open.get(i);
                }
            }
        }
        return usable(first);
    }

    private static int weight(List<Account> open, int firstIndex, Wish wish, Set<String> avoided) {
        int total = 0;
        for (int i = firstIndex; i < open.size(); i++) {
            if (isLike(open.get(firstIndex), open.get(i), wish)
                    && !avoided.contains(open.get(i).id())) {
                total += open.get(i).use().weight();
            }
        }
        return total;
    }

    /** What was found, and all that it stands for: others of its owner at its provider, which serve the same at the same price. */
    public List<Candidate> alike(Choice.Found found) {
        Candidate first = found.candidate;
        List<Candidate> alike = new ArrayList<>(List.of(first));
        for (Account account : openTo(found.wish.tenant())) {
            if (account != first.account() && isLike(first.account(), account, found.wish)) {
                alike.add(new Candidate(account, first.model(), first.price()));
            }
        }
        return alike;
    }

    /** Is told of accounts that are open to a caller and don't serve the request, where somebody wants to know. */
    @FunctionalInterface
    public interface Passing {
        void over(Account account, Unfit unfit);
    }

    /**
     * All that could serve a request for a model, the preferred one first; of one owner alone, so that it is the same who
     * pays.
     */
    public List<Candidate> serving(Wish wish, Passing passing) {
        List<Candidate> serving = new ArrayList<>();
        Account first = null;
        for (Account account : index.openTo(wish.tenant())) {
            Unfit unfit = wish.unfit(account);
            ModelPrice price = unfit == null ? priceOrCeiling(wish, account) : null;
            if (price != null) {
                first = first == null ? account : first;
                unfit = !account.owner().equals(first.owner())
                        ? Unfit.OTHER_PAYER
                        : account.outOfUse() != null ? Unfit.OUT_OF_USE : null;
            } else if (unfit == null) {
                unfit = Unfit.NO_PRICE;
            }
            if (price != null && unfit == null) {
                serving.add(new Candidate(account, wish.model(), price));
            } else if (unfit != null) {
                passing.over(account, unfit);
            }
        }
        return serving;
    }

    /**
     * Whether there is an account of an id at a provider, or at any; whosever it is, and whether or not it can be used
     * now.
     */
    public boolean hasAccount(String id, @Nullable String provider) {
        return known.stream().anyMatch(each -> each.id.equals(id) && each.isAt(provider));
    }

    /** Whether an account at a provider, or at any, has a region. */
    public boolean hasRegion(String region, @Nullable String provider) {
        return known.stream().anyMatch(each -> each.regions.contains(region) && each.isAt(provider));
    }

    /** What there is to be named of an account, in use or not. */
    private record Known(String id, String provider, List<String> regions) {
        boolean isAt(@Nullable String wanted) {
            return wanted == null || provider.equals(wanted);
        }
    }

    /** What is charged at a ceiling has to be asked of its provider. */
    private @Nullable ModelPrice priceOrCeiling(Wish wish, Account account) {
        ModelPrice price = price(wish, account);
        return price == null && wish.namesPlace() ? ceiling : price;
    }

    /** Whether there is an account at a provider, whoever may use it. */
    public boolean hasProvider(String provider) {
        return index.hasProvider(provider);
    }

    /** Whether models without a price are charged at a ceiling, rather than refused. */
    public boolean chargesUnpriced() {
        return ceiling != null;
    }

    private static boolean isLike(Account first, Account other, Wish wish) {
        return other.outOfUse() == null
                && other.provider().equals(first.provider())
                && other.pricedAs().equals(first.pricedAs())
                && other.owner().equals(first.owner())
                && wish.isServedBy(other);
    }

    private @Nullable ModelPrice price(Wish wish, Account account) {
        return prices.find(wish.tenant().organizationId(), account.pricedAs(), wish.model(), wish.epochMillis());
    }

    /** Whether requests of a tenant for a model of the account would be let through. */
    public boolean isPriced(Tenant tenant, Account account, String model, long epochMillis) {
        Wish wish = new Wish(tenant, null, model, epochMillis);
        return wish.isServedBy(account) && (ceiling != null || price(wish, account) != null);
    }

    /**
     * What a request is priced by: the model as the provider calls it in its answer, else the one that was sent. Null
     * where the request runs none.
     */
    public @Nullable Tariff tariff(
            String organizationId, Candidate candidate, @Nullable String modelServed, long epochMillis) {
        String provider = candidate.account().pricedAs();
        ModelPrice served =
                modelServed == null ? null : prices.find(organizationId, provider, modelServed, epochMillis);
        if (served != null) {
            return prices.tariff(organizationId, provider, served, modelServed, epochMillis);
        }
        ModelPrice sent = candidate.price();
        return sent == null ? null : prices.tariff(organizationId, provider, sent, candidate.model(), epochMillis);
    }
}
