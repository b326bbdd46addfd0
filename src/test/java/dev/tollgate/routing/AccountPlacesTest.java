package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Account.Use;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.ApiStyle;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.ServedModels;
import dev.tollgate.provider.Tenant;
import dev.tollgate.routing.Places.Notes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Accounts as places of routes: those that are open to the caller, narrowed by what a candidate names. */
class AccountPlacesTest {
    private static final long NOW = 1_795_000_000_000L;
    private static final Owner CUSTOMER = new Owner("org_a", null);

    private static final Account FIRST = account("first", Owner.PLATFORM, 100, ServedModels.ALL, List.of("us"));
    private static final Account SECOND = account("second", Owner.PLATFORM, 300, ServedModels.ALL, List.of("eu"));
    private static final Account OWN =
            account("own", CUSTOMER, 100, new ServedModels(List.of("gpt-4o-mini")), List.of("eu"));

    private final Accounts accounts;
    private final AccountPlaces places;

    AccountPlacesTest() {
        PricesInForce prices = new PricesInForce();
        prices.begin(PriceBook.builtIn(), List.of());
        accounts = new Accounts(prices, /* ceiling= */ null);
        accounts.replace(List.of(FIRST, SECOND));
        accounts.replaceStored(List.of(OWN));
        places = new AccountPlaces(accounts, () -> 0);
    }

    private static Account account(String id, Owner owner, int weight, ServedModels models, List<String> regions) {
        return new Account(
                id,
                "openai",
                "openai",
                BaseUrl.parse("https://api.openai.com/v1"),
                ApiStyle.OPENAI,
                "sk-" + id,
                owner,
                new Use(weight, models, regions),
                /* guarded= */ false,
                /* outOfUse= */ null,
                /* simulated= */ false,
                /* callersKey= */ false);
    }

    /** What was told of the places that will not do: {@code own account}. */
    private static final class Told implements Notes<Candidate> {
        final List<String> all = new ArrayList<>();

        @Override
        public boolean areKept() {
            return true;
        }

        @Override
        public void closed(Candidate place, String member, String why) {
            all.add(place.account().id() + " " + member);
        }

        @Override
        public void nowhere(String why) {
            all.add("nowhere");
        }
    }

    private final Told told = new Told();

    private List<String> of(
            String organizationId, @Nullable String called, Target.Model model, @Nullable String session) {
        AccountPlaces.Asked asked = new AccountPlaces.Asked(
                new Tenant(organizationId, null), called, 100, -1, NOW, session, /* chance= */ 7);
        return places.of(asked, _ -> null).of(model, told).stream()
                .map(candidate -> candidate.account().id())
                .toList();
    }

    private static Target.Model model(@Nullable String account, @Nullable String region) {
        return new Target.Model(null, "gpt-4o-mini", account, region);
    }

    @Test
    void a_candidate_that_names_an_account_goes_over_that_one_alone() {
        assertThat(of("org_b", null, model("second", null), "s")).containsExactly("second");
        assertThat(of("org_a", null, model("second", null), "s"))
                .as("although there is one of its own")
                .containsExactly("second");
    }

    @Test
    void a_candidate_that_names_a_region_goes_over_accounts_that_have_it() {
        assertThat(of("org_b", null, model(null, "eu"), "s")).containsExactly("second");
        assertThat(of("org_a", null, model(null, "eu"), "s")).containsExactly("own");
        assertThat(of("org_b", null, model(null, "asia"), "s")).isEmpty();
        assertThat(told.all).contains("first region", "second region", "nowhere");
    }

    @Test
    void naming_a_tenants_account_opens_it_to_nobody_else() {
        assertThat(of("org_b", null, model("own", null), "s")).isEmpty();
        assertThat(told.all).containsExactly("nowhere");
        assertThat(of("org_b", "own", model("own", null), "s")).isEmpty();
        assertThat(of("org_a", null, model("own", null), "s")).containsExactly("own");
    }

    @Test
    void what_the_caller_wants_narrows_it_further() {
        assertThat(of("org_b", "first", model(null, null), "s")).containsExactly("first");
        assertThat(of("org_b", "first", model("second", null), "s")).isEmpty();
        assertThat(of("org_b", "openai", new Target.Model("openai", "gpt-4o-mini"), "s"))
                .hasSize(2);
        assertThat(of("org_b", "first", new Target.Model("openai", "gpt-4o-mini"), "s"))
                .as("an account at the candidate's provider")
                .containsExactly("first");
    }

    @Test
    void it_is_told_which_accounts_are_passed_over_and_why() {
        assertThat(of("org_a", null, new Target.Model(null, "gpt-4.1"), "s")).hasSize(2);
        assertThat(told.all).containsExactly("own models");
        told.all.clear();
        assertThat(of("org_a", null, model(null, null), "s")).containsExactly("own");
        assertThat(told.all).containsExactly("first owner", "second owner");
        told.all.clear();
        places.load(new Candidate(OWN, "gpt-4o-mini", null)).pause(0, 1_000);
        assertThat(of("org_a", null, model(null, null), "s")).isEmpty();
        assertThat(told.all).contains("own health");
    }

    @Test
    void accounts_share_by_weight_and_a_session_stays_on_one() {
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < 4_000; i++) {
            List<String> order = of("org_b", null, model(null, null), "session " + i);
            assertThat(of("org_b", null, model(null, null), "session " + i)).isEqualTo(order);
            first.merge(order.getFirst(), 1, Integer::sum);
        }
        // 4,000 draws of 25 and 75 percent: a standard deviation of 27
        assertThat(first.get("first")).isBetween(850, 1_150);
        assertThat(first.get("second")).isBetween(2_850, 3_150);
    }
}
