package dev.tollgate.routing;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Accounts.Choice;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Unfit;
import dev.tollgate.provider.Wish;
import dev.tollgate.routing.AccountPlaces.Asked;
import dev.tollgate.routing.AccountPlaces.Gate;
import dev.tollgate.routing.Considered.Verdict;
import java.util.ArrayList;
import java.util.List;

/** Explains which accounts serve a request for a model that is no route. */
public final class DirectExplanation {
    private final Accounts accounts;

    public DirectExplanation(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * What becomes of each account, in the order in which those are tried that share the model's requests. Fails with a
     * {@link dev.tollgate.kernel.Problem} as a request would.
     */
    public List<Considered<Candidate>> explain(Asked asked, String model, Gate gate, Places<Candidate> places) {
        Choice choice = accounts.choose(asked.tenant(), asked.provider(), model, asked.epochMillis(), asked.chance());
        List<Candidate> taken = choice instanceof Choice.Found found ? accounts.alike(found) : List.of();
        Wish wish = choice instanceof Choice.Found found
                ? found.wish()
                : new Wish(asked.tenant(), asked.provider(), model, asked.epochMillis());
        List<Considered<Candidate>> considered = new ArrayList<>();
        int turn = 0;
        for (Candidate candidate : taken) {
            String closed = gate.closed(candidate);
            Verdict verdict = closed == null ? new Verdict.Taken(++turn) : new Verdict.PassedOver("stop", closed);
            considered.add(new Considered<>(model, places.name(candidate), candidate, verdict));
        }
        List<Candidate> able = accounts.serving(
                wish, (account, unfit) -> considered.add(passedOver(account, unfit, wish, model, places)));
        for (Candidate other : able) {
            if (!taken.contains(other)) {
                Verdict verdict = new Verdict.PassedOver("account", "another one is preferred");
                considered.add(new Considered<>(model, places.name(other), other, verdict));
            }
        }
        return considered;
    }

    private static Considered<Candidate> passedOver(
            Account account, Unfit unfit, Wish wish, String model, Places<Candidate> places) {
        Candidate place = new Candidate(account, wish.model(), null);
        return new Considered<>(
                model, places.name(place), place, new Verdict.PassedOver(unfit.member(), unfit.why(account)));
    }
}
