package dev.tollgate.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Instant EARLY = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant LATE = EARLY.plusSeconds(1);

    private final Settings organization =
            new Settings(true, LATE, AllowedModels.of(List.of("gpt-5*")), Map.of("team", "search", "stage", "test"));

    @Test
    void open_terms_change_nothing() {
        assertThat(organization.and(Settings.OPEN)).isEqualTo(organization);
        assertThat(Settings.OPEN.and(organization)).isEqualTo(organization);
    }

    @Test
    void what_is_disabled_above_is_disabled_below() {
        Settings disabled = new Settings(false, null, AllowedModels.ALL, Map.of());
        assertThat(disabled.and(Settings.OPEN).enabled()).isFalse();
        assertThat(Settings.OPEN.and(disabled).enabled()).isFalse();
        assertThat(disabled.and(organization).enabled()).isFalse();
    }

    @Test
    void the_earlier_end_holds() {
        assertThat(organization.and(ending(EARLY)).expiresAt()).isEqualTo(EARLY);
        assertThat(ending(EARLY).and(organization).expiresAt()).isEqualTo(EARLY);
        assertThat(organization
                        .and(new Settings(false, null, AllowedModels.ALL, Map.of()))
                        .expiresAt())
                .isEqualTo(LATE);
    }

    @Test
    void models_are_those_that_all_allow() {
        Settings narrower = new Settings(true, null, AllowedModels.of(List.of("gpt-5-mini", "o3")), Map.of());
        assertThat(organization.and(narrower).models().allows("gpt-5-mini")).isTrue();
        assertThat(organization.and(narrower).models().allows("gpt-5")).isFalse();
        assertThat(organization.and(narrower).models().allows("o3")).isFalse();
    }

    @Test
    void the_narrower_tag_wins() {
        Settings narrower = new Settings(true, null, AllowedModels.ALL, Map.of("stage", "production", "app", "web"));
        assertThat(organization.and(narrower).tags())
                .isEqualTo(Map.of("team", "search", "stage", "production", "app", "web"));
    }

    private static Settings ending(Instant instant) {
        return new Settings(true, instant, AllowedModels.ALL, Map.of());
    }
}
