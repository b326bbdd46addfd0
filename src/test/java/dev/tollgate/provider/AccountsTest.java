package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Account.Use;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which account serves whom: one's own before the platform's, and never somebody else's. */
class AccountsTest {
    private static final long NOW = 1_795_000_000_000L;
    private static final String MODEL = "gpt-4o-mini";
    private static final Tenant NOBODY = new Tenant("org_other", null);
    private static final Tenant ORGANIZATION = new Tenant("org_a", null);
    private static final Tenant CLIENT = new Tenant("org_a", "cli_a");
    private static final Tenant OTHER_CLIENT = new Tenant("org_a", "cli_b");

    private static final Account PLATFORMS = account("platforms", Owner.PLATFORM);
    private static final Account ORGANIZATIONS = account("organizations", new Owner("org_a", null));
    private static final Account CLIENTS = account("clients", new Owner("org_a", "cli_a"));

    private final Accounts accounts;

    AccountsTest() {
        PricesInForce prices = new PricesInForce();
        prices.begin(PriceBook.builtIn(), List.of());
        accounts = new Accounts(prices, /* ceiling= */ null);
    }

    @Test
    void a_clients_own_comes_before_its_organizations_before_the_platforms() {
        accounts.replace(List.of(PLATFORMS));
        accounts.replaceStored(List.of(ORGANIZATIONS, CLIENTS));
        assertThat(chosen(CLIENT)).isEqualTo(CLIENTS);
        assertThat(chosen(OTHER_CLIENT)).isEqualTo(ORGANIZATIONS);
        assertThat(chosen(ORGANIZATION)).isEqualTo(ORGANIZATIONS);
        assertThat(chosen(NOBODY)).isEqualTo(PLATFORMS);
    }

    @Test
    void what_is_not_ones_own_is_not_there_by_whatever_name() {
        accounts.replaceStored(List.of(PLATFORMS, ORGANIZATIONS, CLIENTS));
        for (Account foreign : List.of(ORGANIZATIONS, CLIENTS)) {
            assertThatThrownBy(() -> accounts.choose(NOBODY, foreign.id())).isInstanceOf(Problem.class);
            assertThatThrownBy(() -> accounts.choose(NOBODY, foreign.id(), MODEL, NOW, 0))
                    .isInstanceOf(Problem.class);
            assertThat(accounts.choose(NOBODY, null, foreign.id() + "/" + MODEL, NOW, 0))
                    .isInstanceOf(Accounts.Choice.Unpriced.class);
            assertThat(accounts.openTo(NOBODY)).doesNotContain(foreign);
        }
        assertThat(accounts.openTo(OTHER_CLIENT)).containsExactly(ORGANIZATIONS, PLATFORMS);
        assertThat(accounts.openTo(new Tenant("org_other", "cli_a"))).containsExactly(PLATFORMS);
        assertThatThrownBy(() -> accounts.choose(OTHER_CLIENT, CLIENTS.id())).isInstanceOf(Problem.class);
    }

    @Test
    void it_may_be_named_by_its_id() {
        accounts.replaceStored(List.of(PLATFORMS, ORGANIZATIONS));
        assertThat(found(accounts.choose(ORGANIZATION, PLATFORMS.id(), MODEL, NOW, 0)))
                .isEqualTo(PLATFORMS);
        assertThat(found(accounts.choose(ORGANIZATION, null, PLATFORMS.id() + "/" + MODEL, NOW, 0)))
                .isEqualTo(PLATFORMS);
    }

    @Test
    void accounts_of_one_owner_at_one_provider_share_by_weight() {
        Account light = account("light", ORGANIZATIONS.owner(), 1, ServedModels.ALL);
        Account heavy = account("heavy", ORGANIZATIONS.owner(), 3, ServedModels.ALL);
        accounts.replaceStored(List.of(PLATFORMS, light, heavy));
        Map<Account, Integer> counts = new HashMap<>();
        for (long chance = -500; chance < 500; chance++) {
            counts.merge(found(accounts.choose(ORGANIZATION, null, MODEL, NOW, chance)), 1, Integer::sum);
        }
        assertThat(counts).containsOnly(Map.entry(light, 250), Map.entry(heavy, 750));
        assertThat(accounts.choose(ORGANIZATION, null))
                .as("what is kept has one place")
                .isEqualTo(light);
    }

    @Test
    void what_is_down_is_avoided_where_another_is_as_good_and_used_where_none_is() {
        Account other = account("other", ORGANIZATIONS.owner());
        accounts.replaceStored(List.of(PLATFORMS, ORGANIZATIONS, other));
        accounts.down(Set.of(ORGANIZATIONS.id()));
        for (long chance = 0; chance < 200; chance++) {
            assertThat(found(accounts.choose(ORGANIZATION, null, MODEL, NOW, chance)))
                    .isEqualTo(other);
        }
        accounts.down(Set.of(ORGANIZATIONS.id(), other.id()));
        assertThat(found(accounts.choose(ORGANIZATION, null, MODEL, NOW, 0)))
                .as("who pays does not change")
                .isIn(ORGANIZATIONS, other);
        accounts.down(Set.of());
        assertThat(found(accounts.choose(ORGANIZATION, null, MODEL, NOW, 0))).isEqualTo(ORGANIZATIONS);
    }

    @Test
    void an_account_serves_the_models_that_it_is_for() {
        Account some = account("some", ORGANIZATIONS.owner(), 100, new ServedModels(List.of("gpt-4o", "o3*")));
        accounts.replaceStored(List.of(some, PLATFORMS));
        assertThat(found(accounts.choose(ORGANIZATION, null, "gpt-4o", NOW, 0))).isEqualTo(some);
        assertThat(found(accounts.choose(ORGANIZATION, null, "o3-mini", NOW, 0)))
                .isEqualTo(some);
        assertThat(chosen(ORGANIZATION)).isEqualTo(PLATFORMS);
        assertThat(accounts.isPriced(ORGANIZATION, some, MODEL, NOW)).isFalse();
        assertThat(accounts.choose(ORGANIZATION, some.id(), MODEL, NOW, 0))
                .isEqualTo(new Accounts.Choice.Unpriced(List.of(), MODEL));
    }

    @Test
    void nobody_is_moved_to_somebody_elses_account_because_their_own_is_out_of_use() {
        Account broken = account("broken", ORGANIZATIONS.owner(), 100, new ServedModels(List.of("gpt-*")), "refused");
        accounts.replaceStored(List.of(broken, PLATFORMS));
        assertThatThrownBy(() -> accounts.choose(ORGANIZATION, null, MODEL, NOW, 0))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.ACCOUNT_OUT_OF_USE));
        assertThatThrownBy(() -> accounts.choose(CLIENT, null)).hasMessageContaining("refused");
        assertThat(accounts.openTo(ORGANIZATION)).containsExactly(PLATFORMS);
        assertThat(found(accounts.choose(ORGANIZATION, null, "o3-mini", NOW, 0)))
                .as("what it is not for goes its way")
                .isEqualTo(PLATFORMS);
        assertThat(found(accounts.choose(ORGANIZATION, PLATFORMS.id(), MODEL, NOW, 0)))
                .as("what is asked for by name")
                .isEqualTo(PLATFORMS);

        accounts.replaceStored(List.of(broken, ORGANIZATIONS, PLATFORMS));
        for (long chance = 0; chance < 200; chance++) {
            assertThat(found(accounts.choose(ORGANIZATION, null, MODEL, NOW, chance)))
                    .isEqualTo(ORGANIZATIONS);
        }
    }

    @Test
    void who_owns_it_pays() {
        assertThat(List.of(PLATFORMS, ORGANIZATIONS, CLIENTS, PLATFORMS.withCallersKey("k", "org_a")))
                .extracting(Account::payer)
                .containsExactly("platform", "organization", "client", "client");
    }

    private Account chosen(Tenant tenant) {
        return found(accounts.choose(tenant, null, MODEL, NOW, 0));
    }

    private static Account found(Accounts.Choice choice) {
        return ((Accounts.Choice.Found) choice).candidate().account();
    }

    private static Account account(String id, Owner owner) {
        return account(id, owner, 100, ServedModels.ALL);
    }

    private static Account account(String id, Owner owner, int weight, ServedModels models) {
        return account(id, owner, weight, models, /* outOfUse= */ null);
    }

    private static Account account(String id, Owner owner, int weight, ServedModels models, @Nullable String outOfUse) {
        return new Account(
                "acc_" + id,
                "openai",
                "openai",
                BaseUrl.parse("https://api.openai.com/v1"),
                ApiStyle.OPENAI,
                "sk-" + id,
                owner,
                new Use(weight, models, List.of()),
                /* guarded= */ false,
                outOfUse,
                /* simulated= */ false,
                /* callersKey= */ false);
    }
}
