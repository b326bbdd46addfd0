package dev.tollgate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.Scope.Per;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private static final String UNNAMED = Scope.UNNAMED;

    private static Scope of(Owner owner, @Nullable String feature) {
        return new Scope(owner, "x", null, feature, null, null, null, List.of());
    }

    /** A request by which settings hold: those of its feature, of all that are not named, or none. */
    private static Traits asked(
            @Nullable String feature, @Nullable String organizationSettings, @Nullable String clientSettings) {
        return new Traits(
                "org_a", "cli_a", "key_a", null, feature, null, null, Map.of(), organizationSettings, clientSettings);
    }

    @Test
    void a_feature_that_is_named_is_counted_under_its_name_alone() {
        Scope chat = of(Owner.ORGANIZATION, "chat");
        assertThat(chat.covers(asked("chat", "chat", null))).isTrue();
        assertThat(chat.covers(asked("chat", UNNAMED, null))).isTrue();
        assertThat(chat.covers(asked("search", UNNAMED, null))).isFalse();
        assertThat(chat.covers(asked(null, null, null))).isFalse();
        assertThat(of(Owner.ORGANIZATION, null).covers(asked("chat", null, null)))
                .isTrue();
    }

    @Test
    void what_settings_do_not_name_is_counted_together() {
        Scope others = of(Owner.ORGANIZATION, UNNAMED);
        assertThat(others.covers(asked("search", UNNAMED, null))).isTrue();
        assertThat(others.covers(asked("mail", UNNAMED, "mail"))).isTrue();
        assertThat(others.covers(asked(null, UNNAMED, UNNAMED))).isTrue();
        assertThat(others.subject(asked("search", UNNAMED, null)))
                .isEqualTo(others.subject(asked(null, UNNAMED, null)));
    }

    @Test
    void what_settings_name_or_nobody_has_set_anything_for_is_not_among_them() {
        Scope others = of(Owner.ORGANIZATION, UNNAMED);
        assertThat(others.covers(asked("chat", "chat", UNNAMED))).isFalse();
        assertThat(others.covers(asked("chat", null, null))).isFalse();
    }

    @Test
    void a_clients_own_settings_say_what_its_rules_count() {
        Scope others = of(Owner.CLIENT, UNNAMED);
        assertThat(others.covers(asked("search", "search", UNNAMED))).isTrue();
        assertThat(others.covers(asked("search", UNNAMED, "search"))).isFalse();
        assertThat(others.covers(asked("search", UNNAMED, null))).isFalse();
    }

    @Test
    void a_feature_that_is_called_so_is_one_that_is_not_named() {
        assertThat(of(Owner.ORGANIZATION, UNNAMED).covers(asked("*", null, null)))
                .isFalse();
        assertThat(of(Owner.ORGANIZATION, UNNAMED).covers(asked("*", UNNAMED, null)))
                .isTrue();
    }

    @Test
    void naming_a_provider_before_the_model_is_no_way_around_a_rule() {
        Scope ofModel = new Scope(
                Owner.ORGANIZATION,
                "x",
                NamePatterns.of(List.of("gpt-4o*")),
                null,
                null,
                null,
                null,
                List.of(Per.MODEL));
        Traits plain = asking("gpt-4o-mini");
        Traits prefixed = asking("openai/gpt-4o-mini");
        assertThat(ofModel.covers(plain)).isTrue();
        assertThat(ofModel.covers(prefixed)).isTrue();
        assertThat(ofModel.subject(prefixed)).isEqualTo(ofModel.subject(plain));
        assertThat(ofModel.covers(asking("gpt-5"))).isFalse();
    }

    @Test
    void a_model_whose_name_has_a_slash_is_known_by_all_of_it_too() {
        Scope ofModel = new Scope(
                Owner.ORGANIZATION, "x", NamePatterns.of(List.of("meta-llama/*")), null, null, null, null, List.of());
        assertThat(ofModel.covers(asking("meta-llama/llama-3"))).isTrue();
        assertThat(ofModel.covers(asking("other/llama-3"))).isFalse();
    }

    private static Traits asking(String model) {
        return new Traits("org_a", null, "key_a", null, null, null, model, Map.of());
    }
}
