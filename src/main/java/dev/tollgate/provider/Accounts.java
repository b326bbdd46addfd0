package dev.tollgate.provider;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceBook;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that there are, in the order in which they are preferred, and the choice among them. Replaced by one
 * thread, read by all.
 */
public final class Accounts {
    private final PriceBook prices;
    private final @Nullable ModelPrice ceiling;
    private volatile List<Account> accounts = List.of();

    /** @param ceiling what a model without a price is charged at, or null to refuse it */
    public Accounts(PriceBook prices, @Nullable ModelPrice ceiling) {
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
            if (account.isOpenTo(organizationId)
                    && (provider == null || account.provider().equals(provider))) {
                return account;
            }
        }
        throw new Problem(
                ProblemCode.MODEL_NOT_FOUND,
                provider == null
                        ? "No provider account is open to this key."
                        : "No account at " + provider + " is open to this key.");
    }

    /**
     * The account and price for a model: {@code provider/model} names the account; a plain name goes to the first account
     * whose provider has a price for it.
     */
    public Candidate choose(String organizationId, @Nullable String provider, String model) {
        int slash = model.indexOf('/');
        if (slash > 0 && provider == null) {
            String prefix = model.substring(0, slash);
            for (Account account : accounts) {
                if (account.isOpenTo(organizationId) && account.provider().equals(prefix)) {
                    return priced(account, model.substring(slash + 1));
                }
            }
        }
        Account first = null;
        for (Account account : accounts) {
            if (!account.isOpenTo(organizationId)
                    || (provider != null && !account.provider().equals(provider))) {
                continue;
            }
            ModelPrice price = prices.find(account.provider(), model);
            if (price != null) {
                return new Candidate(account, model, price);
            }
            first = first == null ? account : first;
        }
        return priced(first == null ? choose(organizationId, provider) : first, model);
    }

    /** Whether requests for a model of the account would be let through. */
    public boolean isPriced(Account account, String model) {
        return ceiling != null || prices.find(account.provider(), model) != null;
    }

    /** The price of a model as the provider calls it in its answer, else the one that was sent. */
    public @Nullable ModelPrice priceServed(Candidate candidate, @Nullable String modelServed) {
        ModelPrice served =
                modelServed == null ? null : prices.find(candidate.account().provider(), modelServed);
        return served != null ? served : candidate.price();
    }

    private Candidate priced(Account account, String model) {
        ModelPrice price = prices.find(account.provider(), model);
        ModelPrice inForce = price != null ? price : ceiling;
        if (inForce == null) {
            throw new Problem(
                    ProblemCode.MODEL_NOT_PRICED,
                    "There is no price for " + model + " at " + account.provider()
                            + ", so what it costs could not be controlled. Give it a price in tollgate.yaml"
                            + " (prices), or set TOLLGATE_UNPRICED_INPUT and TOLLGATE_UNPRICED_OUTPUT"
                            + " to charge every model without a price at a ceiling.",
                    "model");
        }
        return new Candidate(account, model, inForce);
    }
}
