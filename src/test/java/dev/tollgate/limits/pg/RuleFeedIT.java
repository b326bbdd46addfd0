package dev.tollgate.limits.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.Stop;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What another process changes in the database comes into force in this one, as one. */
class RuleFeedIT {
    private static final int MANY = 20_000;

    private final Following process = new Following();

    @AfterEach
    void close() {
        process.close();
    }

    @Test
    void nothing_is_in_force_before_it_was_read_and_then_what_tollgate_comes_with() {
        assertThat(process.book()).isSameAs(RuleBook.EMPTY);
        assertThat(process.refresh()).isEqualTo(23);

        RuleBook book = process.book();
        assertThat(book.tiers())
                .containsExactlyInAnyOrder(
                        "starter", "professional", "scale", "enterprise", "free", "premium", "ultimate", "default");
        assertThat(book.budgets().of(of("org_a", book.tier("starter"))))
                .singleElement()
                .satisfies(budget -> {
                    assertThat(budget.id()).isEqualTo("bud_starter_month");
                    assertThat(budget.measure()).isEqualTo(Measure.TOKENS);
                    assertThat(budget.scope().subject(of("org_a", "starter"))).isEqualTo("org_a");
                });
        assertThat(book.limits().of(of("org_a", "enterprise")))
                .extracting(UsageLimit::kind, UsageLimit::amount)
                .containsExactly(tuple(UsageLimit.Kind.DEADLINE, 1_800L));
        assertThat(process.refresh()).as("nothing changed").isZero();
        assertThat(process.book()).isSameAs(book);
    }

    @Test
    void an_organization_of_an_unknown_tier_has_the_default_one() {
        process.refresh();
        assertThat(process.book().tier("platinum")).isEqualTo("default");
        assertThat(process.book().tier("free")).isEqualTo("free");
        process.database.execute("update tier set archived_at = now() where name = 'free'");
        process.refresh();
        assertThat(process.book().tier("free")).isEqualTo("default");
    }

    @Test
    void what_a_database_has_lost_is_no_longer_in_force_and_what_it_has_is() {
        process.refresh();
        process.database.execute(
                "insert into rule (id, owner) values ('bud_lost', 'platform')",
                "insert into budget (id, amount, period) values ('bud_lost', 7, 'day')");
        process.refresh();
        assertThat(process.book().budgets().find("bud_lost")).isNotNull();

        process.database.execute(
                "delete from budget where id = 'bud_lost'",
                "delete from rule where id = 'bud_lost'",
                "update limits_version set version = version - 1");
        process.refresh();

        assertThat(process.book().budgets().find("bud_lost")).isNull();
        assertThat(process.book().tiers()).contains("starter");
        process.database.execute(
                "insert into rule (id, owner) values ('bud_next', 'platform')",
                "insert into budget (id, amount, period) values ('bud_next', 7, 'day')");
        process.refresh();
        assertThat(process.book().budgets().find("bud_next")).isNotNull();
    }

    @Test
    void a_changed_rule_is_one_row() {
        process.refresh();
        process.database.execute(
                "insert into rule (id, name, owner, models, tag_key, per, mode)"
                        + " values ('bud_a', 'a', 'platform', '{gpt-5*}', 'team', '{tag,model}', 'shadow')",
                "insert into budget (id, measure, amount, period, zone, week_start, year_start)"
                        + " values ('bud_a', 'requests', 7, 'week', 'Asia/Tokyo', 7, 4)");
        assertThat(process.refresh()).isEqualTo(1);
        Budget budget = of(process.book(), "gpt-5-mini").getFirst();
        assertThat(budget.mode()).isEqualTo(Mode.SHADOW);
        assertThat(budget.period())
                .isEqualTo(new Period(Period.Unit.WEEK, ZoneId.of("Asia/Tokyo"), DayOfWeek.SUNDAY, Month.APRIL));
        assertThat(of(process.book(), "gpt-4o")).isEmpty();

        process.database.execute("update budget set zone = 'UTC' where id = 'bud_a'");
        assertThat(process.refresh()).isEqualTo(1);
        assertThat(of(process.book(), "gpt-5-mini").getFirst().period().zone()).isEqualTo(ZoneId.of("UTC"));

        process.database.execute("update rule set enabled = false where id = 'bud_a'");
        assertThat(process.refresh()).isEqualTo(1);
        assertThat(of(process.book(), "gpt-5-mini")).isEmpty();

        process.database.execute("update rule set enabled = true where id = 'bud_a'");
        process.refresh();
        assertThat(of(process.book(), "gpt-5-mini")).hasSize(1);
        process.database.execute("update rule set archived_at = now() where id = 'bud_a'");
        process.refresh();
        assertThat(of(process.book(), "gpt-5-mini")).isEmpty();
    }

    @Test
    void a_stop_holds_until_it_is_lifted_and_one_that_cuts_streams_comes_first() {
        process.refresh();
        assertThat(process.book().stops().of(of("org_a", "free"))).isNull();
        process.database.execute(
                "insert into spend_stop (id, owner, reason) values ('stp_1', 'platform', 'invoice')",
                "insert into spend_stop (id, owner, owner_id, cut_streams) values ('stp_2', 'model', 'gpt-5*', true)",
                "insert into spend_stop (id, owner, owner_id) values ('stp_3', 'account', 'openai')");
        process.refresh();
        assertThat(stop("gpt-4o")).isEqualTo("stp_1");
        assertThat(stop("gpt-5-mini")).isEqualTo("stp_2");
        assertThat(process.book().stops().ofPlace("openai", null))
                .extracting(Stop::id)
                .isEqualTo("stp_3");
        assertThat(process.book().stops().ofPlace("azure", null)).isNull();

        process.database.execute("update spend_stop set lifted_at = now()");
        process.refresh();
        assertThat(process.book().stops().of(of("org_a", "free"))).isNull();
        assertThat(process.book().stops().ofPlace("openai", null)).isNull();
    }

    @Test
    void calls_that_come_while_one_is_under_way_share_the_one_after_it() {
        process.refresh();
        var first = process.feed.refresh();
        var second = process.feed.refresh();
        var third = process.feed.refresh();
        assertThat(process.feed.isRefreshing()).isTrue();
        assertThat(third).isSameAs(second).isNotSameAs(first);
        Following.await(third);
        assertThat(process.feed.isRefreshing()).isFalse();
    }

    @Test
    void after_a_failure_the_last_known_rules_hold_and_the_next_look_finds_what_was_missed() {
        process.refresh();
        RuleBook known = process.book();
        process.database.execute(
                "insert into rule (id, owner) values ('lim_a', 'platform')",
                "insert into usage_limit (id, kind, amount) values ('lim_a', 'concurrency', 3)",
                "alter table usage_limit rename to hidden");
        assertThat(process.feed.refresh().toCompletionStage().toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30));
        assertThat(process.book()).isSameAs(known);

        process.database.execute("alter table hidden rename to usage_limit");
        assertThat(process.refresh()).isEqualTo(1);
        assertThat(process.book().limits().of(of("org_a", null)))
                .extracting(UsageLimit::id)
                .containsExactly("lim_a");
    }

    @Test
    void a_change_among_many_rules_costs_what_it_changes() {
        process.database.execute(
                "insert into organization (id, name) values ('org_a', 'a')",
                "insert into rule (id, owner, owner_id, organization_id)"
                        + " select 'bud_' || i, 'key', 'key_' || i, 'org_a' from generate_series(1, " + MANY + ") i",
                "insert into budget (id, amount, period)"
                        + " select 'bud_' || i, 1000000000, 'month' from generate_series(1, " + MANY + ") i");
        assertThat(process.refresh()).isGreaterThanOrEqualTo(MANY);
        assertThat(process.book().budgets().of(ofKey("key_19999"))).hasSize(1);

        process.database.execute("update rule set enabled = false where id = 'bud_19999'");
        assertThat(process.refresh()).isEqualTo(1);
        assertThat(process.book().budgets().of(ofKey("key_19999"))).isEmpty();
        assertThat(process.book().budgets().of(ofKey("key_1"))).hasSize(1);
    }

    private static Traits ofKey(String keyId) {
        return new Traits("org_b", null, keyId, null, null, null, null, Map.of());
    }

    private String stop(String model) {
        return Objects.requireNonNull(process.book().stops().of(asking(model))).id();
    }

    private static List<Budget> of(RuleBook book, String model) {
        return book.budgets().of(asking(model));
    }

    private static Traits of(String organization, @Nullable String tier) {
        return new Traits(organization, null, "key_a", tier, null, null, null, Map.of());
    }

    private static Traits asking(String model) {
        return new Traits("org_a", null, "key_a", null, null, null, model, Map.of("team", "search"));
    }
}
