package dev.tollgate.provider;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.Tariff;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that there are, in the order in which they are preferred, and the choice among them. Replaced by one
 * thread, read by all.
 */
public final class Accounts {
    private final PricesInForce prices;
    private final @Nullable ModelPrice ceiling;
    private volatile List<Account> accounts = List.of();

    /** @param ceiling what a model without a price is charged at, or null to refuse it */
    public Accounts(PricesInForce prices, @Nullable ModelPrice ceiling) {
        this.prices = prices;
        this.ceiling = ceiling;
    }

    /** Puts other accounts in force, in the order in which they are preferred. */
    public void replace(List<Account> next) {
        accounts = List.copyOf(next);
    }

    /** The accounts that an organization may use. */
    public List<Account> openTo(String organizationId) {
        return accounts.stream()
                .filter(account -> account.isOpenTo(organizationId))
                .toList();
    }

    /** The account for what names no model: the one named by the caller, else the first that is open to them. */
    public Account choose(String organizationId, @Nullable String provider) {
        for (Account account : accounts) {
            if (isOpen(account, organizationId, provider)) {
                return account;
            }
        }
        throw new Problem(
                ProblemCode.MODEL_NOT_FOUND,
                provider == null
                        ? "No provider account is open to this key."
                        : "No account at " + provider + " is open to this key.");
    }

    private static boolean isOpen(Account account, String organizationId, @Nullable String provider) {
        return account.isOpenTo(organizationId)
                && (provider == null || account.provider().equals(provider));
    }

    /** Where a request for a model goes. */
    public sealed interface Choice {
        record Found(Candidate candidate) implements Choice {}

        /** There is no price by which the model could be run at one of these accounts. */
        record Unpriced(List<Account> accounts, String model) implements Choice {}
    }

    /**
     * The account and price for a model: {@code provider/model} names the account; a plain name goes to the first account
     * whose provider has a price for it.
     *
     * @param epochMillis when the request began, which decides what price holds
     */
    public Choice choose(String organizationId, @Nullable String provider, String model, long epochMillis) {
        int slash = model.indexOf('/');
        if (slash > 0 && provider == null) {
            String prefix = model.substring(0, slash);
            for (Account account : accounts) {
                if (isOpen(account, organizationId, prefix)) {
                    return priced(organizationId, prefix, model.substring(slash + 1), epochMillis);
                }
            }
        }
        return priced(organizationId, provider, model, epochMillis);
    }

    private Choice priced(String organizationId, @Nullable String provider, String model, long epochMillis) {
        for (Account account : accounts) {
            if (isOpen(account, organizationId, provider)) {
                ModelPrice price = prices.find(organizationId, account.provider(), model, epochMillis);
                if (price != null) {
                    return new Choice.Found(new Candidate(account, model, price));
                }
            }
        }
        Account first = choose(organizationId, provider);
        if (ceiling != null) {
            return new Choice.Found(new Candidate(first, model, ceiling));
        }
        return new Choice.Unpriced(
                accounts.stream()
                        .filter(account -> isOpen(account, organizationId, provider))
                        .toList(),
                model);
    }

    /**
     * All that could serve a request for a model, the preferred one first.
     *
     * @param provider of this provider alone, or null for any
     * @param epochMillis when the request began, which decides what price holds
     */
    public List<Candidate> serving(String organizationId, @Nullable String provider, String model, long epochMillis) {
        List<Candidate> serving = new ArrayList<>();
        for (Account account : accounts) {
            if (isOpen(account, organizationId, provider)) {
                ModelPrice price = prices.find(organizationId, account.provider(), model, epochMillis);
                if (price != null || (ceiling != null && provider != null)) {
                    serving.add(new Candidate(account, model, price == null ? ceiling : price));
                }
            }
        }
        return serving;
    }

    /** Whether there is an account at a provider, whoever may use it. */
    public boolean hasProvider(String provider) {
        return accounts.stream().anyMatch(account -> account.provider().equals(provider));
    }

    /** Whether models without a price are charged at a ceiling, rather than refused. */
    public boolean chargesUnpriced() {
        return ceiling != null;
    }

    /** Whether requests of an organization for a model of the account would be let through. */
    public boolean isPriced(String organizationId, Account account, String model, long epochMillis) {
        return ceiling != null || prices.find(organizationId, account.provider(), model, epochMillis) != null;
    }

    /**
     * What a request is priced by: the model as the provider calls it in its answer, else the one that was sent. Null
     * where the request runs none.
     */
    public @Nullable Tariff tariff(
            String organizationId, Candidate candidate, @Nullable String modelServed, long epochMillis) {
        String provider = candidate.account().provider();
        ModelPrice served =
                modelServed == null ? null : prices.find(organizationId, provider, modelServed, epochMillis);
        if (served != null) {
            return prices.tariff(organizationId, provider, served, modelServed, epochMillis);
        }
        ModelPrice sent = candidate.price();
        return sent == null ? null : prices.tariff(organizationId, provider, sent, candidate.model(), epochMillis);
    }
}
