package dev.tollgate.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.testkit.Seeds;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client inherits, what it may narrow, and what becomes of it when its organization changes: as examples. */
class InheritanceTest {
    private static final String CLIENT = "cli_1";

    /** Settings are written without quotes here, and a semicolon stands between models. */
    @ParameterizedTest(name = "{0} and {1} make {2}")
    @CsvSource(delimiter = '|', nullValues = "nothing", textBlock = """
            # the organization sets    | the client sets          | what holds
            enabled=true               | nothing                  | requests_per_minute 60 from default
            enabled=true               | nothing                  | requests_per_day 1000 from default
            enabled=true               | nothing                  | cost_per_day 50 from default
            enabled=true               | nothing                  | priority 1 from default
            enabled=true               | nothing                  | enabled true from organization
            requests_per_day=5000      | nothing                  | requests_per_day 5000 from organization
            requests_per_day=5000      | requests_per_day=200     | requests_per_day 200 from client
            requests_per_day=200       | requests_per_day=200     | requests_per_day 200 from client
            nothing                    | requests_per_day=200     | requests_per_day 200 from client
            requests_per_day=5000      | cost_per_day=7.5         | requests_per_day 5000 from organization
            requests_per_day=5000      | cost_per_day=7.5         | cost_per_day 7.5 from client
            enabled=false              | nothing                  | enabled false from organization
            enabled=true               | enabled=false            | enabled false from client
            enabled=false              | enabled=false            | enabled false from client
            priority=9                 | priority=3               | priority 3 from client
            output_cap=4000            | output_cap=100           | output_cap 100 from client
            nothing                    | output_cap=100           | output_cap 100 from client
            allowed_models=gpt-5*      | nothing                  | allowed_models gpt-5* from organization
            allowed_models=gpt-5*      | allowed_models=gpt-5-nano | allowed_models gpt-5-nano from client
            allowed_models=gpt-5*;o3   | allowed_models=gpt-5*    | allowed_models gpt-5* from client
            nothing                    | allowed_models=o3        | allowed_models o3 from client
            default_model=o3           | nothing                  | default_model o3 from organization
            default_model=o3           | default_model=gpt-5      | default_model gpt-5 from client
            temperature=0.2            | temperature=1.5          | temperature 1.5 from client
            system_prompt=Be kind.     | nothing                  | system_prompt Be kind. from organization
            system_prompt=Be kind.     | system_prompt=Be brief.  | system_prompt Be kind.//Be brief. from organization_and_client
            nothing                    | system_prompt=Be brief.  | system_prompt Be brief. from client
            """)
    void a_client_inherits_what_it_does_not_narrow(
            @Nullable String organization, @Nullable String client, String holds) {
        String setting = holds.substring(0, holds.indexOf(' '));
        assertThat(shown(rows(organization, client).effective(CLIENT, "chat"), setting))
                .isEqualTo(holds);
    }

    @Test
    void a_default_model_that_a_client_may_not_use_is_not_inherited() {
        OrganizationSettings settings = rows("default_model=o3", "allowed_models=gpt-5*");

        assertThat(settings.effective(CLIENT, "chat").get(Setting.DEFAULT_MODEL))
                .isNull();
        assertThat(settings.effective(null, "chat").get(Setting.DEFAULT_MODEL)).isEqualTo("o3");
    }

    @ParameterizedTest(name = "{0} asked for by {1} finds {2} and {3}")
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            # rows of the organization; of the client | feature | the organization's | the client's
            chat             ;                        | chat    | chat               | none
            chat             ;                        | search  | none               | none
            chat,*           ;                        | chat    | chat               | none
            chat,*           ;                        | search  | *                  | none
            chat,*           ;                        | none    | *                  | none
            chat             ;                        | none    | none               | none
            chat             ; chat                   | chat    | chat               | chat
            chat,*           ; search                 | search  | *                  | search
            *                ; *                      | search  | *                  | *
            chat             ; *                      | chat    | chat               | *
                             ; chat                   | chat    | none               | chat
            """)
    void a_star_stands_for_the_features_that_are_not_named(
            String rows, @Nullable String feature, @Nullable String organization, @Nullable String client) {
        String[] both = rows.split(";", -1);
        Map<Place, FeatureSettings> all = new HashMap<>();
        for (int level = 0; level < 2; level++) {
            for (String name : both[level].strip().split(",")) {
                if (!name.isEmpty()) {
                    all.put(new Place(level == 0 ? null : CLIENT, name), FeatureSettings.NONE);
                }
            }
        }
        EffectiveSettings holds = new OrganizationSettings(all).effective(CLIENT, feature);
        assertThat(holds.organizationFeature()).isEqualTo(organization);
        assertThat(holds.clientFeature()).isEqualTo(client);
    }

    @Test
    void nothing_holds_where_nothing_is_set() {
        assertThat(OrganizationSettings.NONE.effective(CLIENT, "chat")).isSameAs(EffectiveSettings.NONE);
        assertThat(rows("enabled=false", null).effective(CLIENT, "search").get(Setting.REQUESTS_PER_DAY))
                .isNull();
    }

    @ParameterizedTest(name = "{1} within {0}: {2}")
    @CsvSource(delimiter = '|', nullValues = "nothing", textBlock = """
            # the organization sets    | the client asks for       | what is told
            requests_per_day=100       | requests_per_day=101      | requests_per_day 101 for chat of cli_1 (expected: at most 100, set by the organization)
            nothing                    | requests_per_day=1001     | requests_per_day 1001 for chat of cli_1 (expected: at most 1000, the shipped default)
            nothing                    | cost_per_day=50.000000001 | cost_per_day 50.000000001 for chat of cli_1 (expected: at most $50, the shipped default)
            enabled=false              | enabled=true              | enabled true for chat of cli_1 (expected: at most false, set by the organization)
            allowed_models=gpt-5*      | allowed_models=gpt-5-nano;o3 | allowed_models ["gpt-5-nano","o3"] for chat of cli_1 (expected: within gpt-5*, set by the organization)
            allowed_models=gpt-5       | allowed_models=gpt-5*     | allowed_models ["gpt-5*"] for chat of cli_1 (expected: within gpt-5, set by the organization)
            allowed_models=gpt-5*      | default_model=o3          | default_model o3 for chat of cli_1 (expected: one of gpt-5*, set by the organization)
            output_cap=10              | output_cap=11             | output_cap 11 for chat of cli_1 (expected: at most 10, set by the organization)
            cache=exact                | cache=similar             | cache {"reuse":"similar"} for chat of cli_1 (expected: at most exact, set by the organization)
            """)
    void a_client_that_asks_for_more_is_told_what_bounds_it(@Nullable String organization, String client, String told) {
        SettingsPlan plan = rows(organization, null).plan(asking(CLIENT, client), Cascade.CLAMP);

        assertThat(plan.isPossible()).isFalse();
        assertThatThrownBy(plan::mustBePossible)
                .isInstanceOf(Problem.class)
                .hasMessage("A client may only narrow: " + told + ".");
    }

    @ParameterizedTest(name = "{0} to {2}: the client with {1} has {3}")
    @CsvSource(delimiter = '|', nullValues = "nothing", textBlock = """
            # the organization had     | the client has            | the organization sets     | clamped, the client has
            requests_per_day=500       | requests_per_day=300      | requests_per_day=100      | requests_per_day=100
            requests_per_day=500       | requests_per_day=50       | requests_per_day=100      | unchanged
            requests_per_day=5000      | requests_per_day=3000     | nothing                   | requests_per_day=1000
            cost_per_day=100           | cost_per_day=60           | cost_per_day=9.99         | cost_per_day=9.99
            enabled=true               | enabled=true              | enabled=false             | {}
            enabled=true               | enabled=false             | enabled=false             | unchanged
            output_cap=500             | output_cap=400            | output_cap=300            | output_cap=300
            nothing                    | allowed_models=gpt-5*;o3  | allowed_models=gpt-5-nano;o3 | allowed_models=gpt-5-nano;o3
            nothing                    | allowed_models=gpt-5*     | allowed_models=o3         | allowed_models=
            nothing                    | default_model=gpt-5       | allowed_models=o3         | {}
            system_prompt=A.           | system_prompt=B.          | system_prompt=C.          | unchanged
            temperature=0              | temperature=2             | temperature=1             | unchanged
            """)
    void a_narrower_organization_is_refused_or_narrows_its_clients(
            @Nullable String before, String client, @Nullable String after, String clamped) {
        OrganizationSettings settings = rows(before, client);
        Place organization = new Place(null, "chat");
        Map<Place, Optional<FeatureSettings>> asked =
                Map.of(organization, Optional.ofNullable(after).map(InheritanceTest::settings));

        SettingsPlan refusing = settings.plan(asked, Cascade.REFUSE);
        SettingsPlan clamping = settings.plan(asked, Cascade.CLAMP).mustBePossible();

        Place place = new Place(CLIENT, "chat");
        if (clamped.equals("unchanged")) {
            assertThat(refusing.isPossible()).isTrue();
            assertThat(clamping.after().at(place)).isEqualTo(settings(client));
            assertThat(clamping.steps()).extracting(SettingsPlan.Step::place).doesNotContain(place);
        } else {
            assertThatThrownBy(refusing::mustBePossible).hasMessageContaining("cascade=clamp");
            FeatureSettings expected = clamped.equals("{}") ? FeatureSettings.NONE : settings(clamped);
            assertThat(clamping.after().at(place)).isEqualTo(expected);
            assertThat(clamping.steps())
                    .contains(new SettingsPlan.Step(place, settings(client), expected, /* cascaded= */ true));
        }
        assertThat(clamping.after().plan(Map.of(), Cascade.REFUSE).isPossible())
                .as("nothing is left to narrow")
                .isTrue();
    }

    @Test
    void taking_back_a_feature_narrows_its_clients_to_the_star() {
        Map<Place, FeatureSettings> rows = new HashMap<>();
        rows.put(new Place(null, "*"), settings("requests_per_day=10"));
        rows.put(new Place(null, "chat"), settings("requests_per_day=500"));
        rows.put(new Place(CLIENT, "chat"), settings("requests_per_day=300"));

        SettingsPlan plan =
                new OrganizationSettings(rows).plan(Map.of(new Place(null, "chat"), Optional.empty()), Cascade.CLAMP);

        assertThat(plan.clients()).hasSize(1);
        assertThat(plan.after().at(new Place(CLIENT, "chat"))).isEqualTo(settings("requests_per_day=10"));
    }

    @Test
    void an_organization_s_default_model_must_be_one_that_it_allows() {
        assertThatThrownBy(() -> OrganizationSettings.NONE.plan(
                        asking(null, "default_model=o3, allowed_models=gpt-5*"), Cascade.REFUSE))
                .isInstanceOf(Problem.class)
                .hasMessage("default_model: o3 (expected: one of the allowed models, gpt-5*)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            requests_per_day=0
            requests_per_minute=1000000000001
            cost_per_day=-1
            priority=101
            output_cap=0
            temperature=2.1
            temperature=0.0000001
            allowed_models=a*b
            allowed_models=a;a
            default_model=gpt-5*
            """)
    void values_are_bounded(String wrong) {
        FeatureSettings read = settings(wrong);
        assertThatThrownBy(() -> Setting.ALL.forEach(setting -> again(setting, read)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("expected: ");
    }

    @Test
    void a_prompt_may_have_32_KiB() {
        String most = "é".repeat(Setting.PROMPT_BYTES_MAX / 2);
        assertThat(FeatureSettings.NONE.with(Setting.SYSTEM_PROMPT, most).get(Setting.SYSTEM_PROMPT))
                .isEqualTo(most);
        assertThatThrownBy(() -> FeatureSettings.NONE.with(Setting.SYSTEM_PROMPT, most + "e"))
                .isInstanceOf(Problem.class);
    }

    /** Whatever was set by whom, in whatever order: what holds for a client is never wider than for its organization. */
    @Test
    void nothing_that_a_client_sets_lifts_what_its_organization_says() {
        Seeds.each(2_000, random -> {
            Map<Place, FeatureSettings> rows = new HashMap<>();
            for (String clientId : new String[] {null, CLIENT}) {
                for (String feature : List.of("chat", "*")) {
                    if (random.nextInt(4) > 0) {
                        rows.put(new Place(clientId, feature), random(random));
                    }
                }
            }
            OrganizationSettings settings = new OrganizationSettings(rows);
            EffectiveSettings organization = settings.effective(null, "chat");
            EffectiveSettings client = settings.effective(CLIENT, "chat");
            for (Setting<?> setting : Setting.ALL) {
                assertWithin(setting, organization, client);
            }
        });
    }

    @Test
    void what_is_stored_is_read_as_it_was() {
        Seeds.each(500, random -> {
            FeatureSettings settings = random(random);
            assertThat(FeatureSettings.of(new JsonObject(settings.toJson().encode())))
                    .isEqualTo(settings);
        });
    }

    private static <T> void assertWithin(Setting<T> setting, EffectiveSettings organization, EffectiveSettings client) {
        T wide = organization.get(setting);
        T narrow = client.get(setting);
        if (wide != null && setting != Setting.DEFAULT_MODEL) {
            assertThat(narrow).as(setting.label()).isNotNull();
            assertThat(setting.narrowing().isWithin().test(wide, narrow))
                    .as(setting + " " + narrow + " within " + wide)
                    .isTrue();
        }
    }

    private static <T> void again(Setting<T> setting, FeatureSettings read) {
        T value = read.get(setting);
        if (value != null) {
            assertThat(FeatureSettings.NONE.with(setting, value)).isEqualTo(read);
        }
    }

    private static FeatureSettings random(Random random) {
        FeatureSettings settings = FeatureSettings.NONE;
        if (random.nextBoolean()) {
            settings = settings.with(Setting.ENABLED, random.nextBoolean());
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.REQUESTS_PER_DAY, 1L + random.nextInt(3_000));
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.COST_PER_DAY, new Money(random.nextLong(100_000_000_000L)));
        }
        if (random.nextBoolean()) {
            List<String> names = List.of("gpt-5", "gpt-5*", "gpt-5-nano", "o3", "o*", "*");
            settings = settings.with(
                    Setting.ALLOWED_MODELS,
                    ModelNames.of(
                            names.stream().filter(_ -> random.nextInt(3) == 0).toList()));
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.DEFAULT_MODEL, random.nextBoolean() ? "o3" : "gpt-5-nano");
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.OUTPUT_CAP, 1L + random.nextInt(100));
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.TEMPERATURE, BigDecimal.valueOf(random.nextInt(2_001), 3));
        }
        if (random.nextBoolean()) {
            CachePreferences.Reuse[] reuse = CachePreferences.Reuse.values();
            settings = settings.with(Setting.CACHE, CachePreferences.of(reuse[random.nextInt(reuse.length)]));
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.SYSTEM_PROMPT, "Say \"" + random.nextInt(100) + "\"\n😀");
        }
        if (random.nextBoolean()) {
            settings = settings.with(Setting.METADATA, new JsonObject().put("team", random.nextInt(9)));
        }
        return settings;
    }

    private static OrganizationSettings rows(@Nullable String organization, @Nullable String client) {
        Map<Place, FeatureSettings> rows = new HashMap<>();
        if (organization != null) {
            rows.put(new Place(null, "chat"), settings(organization));
        }
        if (client != null) {
            rows.put(new Place(CLIENT, "chat"), settings(client));
        }
        return new OrganizationSettings(rows);
    }

    private static Map<Place, Optional<FeatureSettings>> asking(@Nullable String clientId, String settings) {
        Map<Place, Optional<FeatureSettings>> asked = new LinkedHashMap<>();
        asked.put(new Place(clientId, "chat"), Optional.of(settings(settings)));
        return asked;
    }

    /** {@code requests_per_day=5, allowed_models=a;b}. */
    private static FeatureSettings settings(String written) {
        JsonObject json = new JsonObject();
        for (String one : written.split(", ")) {
            int equals = one.indexOf('=');
            String name = one.substring(0, equals);
            String value = one.substring(equals + 1);
            json.put(
                    name,
                    switch (name) {
                        case "enabled" -> Boolean.valueOf(value);
                        case "allowed_models" ->
                            new io.vertx.core.json.JsonArray(value.isEmpty() ? List.of() : List.of(value.split(";")));
                        case "requests_per_day", "requests_per_minute", "priority", "output_cap" -> Long.valueOf(value);
                        case "cache" -> new JsonObject().put("reuse", value);
                        default -> value;
                    });
        }
        return FeatureSettings.of(json);
    }

    private static String shown(EffectiveSettings holds, String name) {
        return Setting.ALL.stream()
                .filter(setting -> setting.label().equals(name))
                .map(setting -> name + " " + value(setting, holds))
                .collect(Collectors.joining());
    }

    private static <T> String value(Setting<T> setting, EffectiveSettings holds) {
        EffectiveSettings.Sourced<T> sourced = holds.sourced(setting);
        if (sourced == null) {
            return "nothing";
        }
        Object value = sourced.value() instanceof ModelNames names
                ? String.join(";", names.patterns())
                : setting.write(sourced.value());
        return value.toString().replace("\n", "/") + " from " + sourced.from().label();
    }
}
