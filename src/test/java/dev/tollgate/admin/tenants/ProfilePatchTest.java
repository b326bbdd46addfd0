package dev.tollgate.admin.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.tenancy.Profile;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfilePatchTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Profile BASE = new Profile(
            "Acme",
            "Ann",
            Map.of("team", "search", "stage", "test"),
            new JsonObject("{\"crm\":{\"id\":1,\"url\":\"x\"},\"vip\":true}"),
            true,
            NOW.minusSeconds(1),
            List.of("gpt-5*"));

    private static final ProfilePatch NOTHING = new ProfilePatch(null, null, null, null, null, null, null);

    @Test
    void what_is_left_out_stays() {
        assertThat(NOTHING.applyTo(BASE, NOW)).isEqualTo(BASE);
    }

    @Test
    void what_is_null_is_cleared() {
        ProfilePatch clearing = new ProfilePatch(
                null, Optional.empty(), Optional.empty(), Optional.empty(), null, Optional.empty(), Optional.empty());
        assertThat(clearing.applyTo(BASE, NOW))
                .isEqualTo(new Profile("Acme", null, Map.of(), new JsonObject(), true, null, null));
    }

    @Test
    void tags_and_metadata_are_merged_member_by_member() {
        Map<String, String> tags = new HashMap<>(Map.of("app", "web"));
        tags.put("stage", null);
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("crm", new JsonObject().putNull("url").put("new", 2).getMap());
        metadata.put("vip", null);
        Profile merged = new ProfilePatch(null, null, Optional.of(tags), Optional.of(metadata), null, null, null)
                .applyTo(BASE, NOW);

        assertThat(merged.tags()).isEqualTo(Map.of("team", "search", "app", "web"));
        assertThat(merged.metadata()).isEqualTo(new JsonObject("{\"crm\":{\"id\":1,\"new\":2}}"));
    }

    @Test
    void a_name_and_whether_it_is_enabled_can_not_be_cleared() {
        assertRefused(new ProfilePatch(Optional.empty(), null, null, null, null, null, null), "name");
        assertRefused(new ProfilePatch(null, null, null, null, Optional.empty(), null, null), "enabled");
    }

    @Test
    void an_end_lies_in_the_time_to_come() {
        assertRefused(ending(NOW), "expires_at");
        assertThat(ending(NOW.plusNanos(1)).applyTo(BASE, NOW).expiresAt()).isEqualTo(NOW.plusNanos(1));
        assertThat(ending(Instant.parse("9999-12-31T23:59:59Z"))
                        .applyTo(BASE, NOW)
                        .expiresAt())
                .isNotNull();
        assertRefused(ending(Instant.parse("+10000-01-01T00:00:00Z")), "expires_at");
    }

    @Test
    void something_new_must_have_a_name() {
        assertThatThrownBy(() -> NOTHING.create(NOW)).hasMessage("name: missing");
        Profile created = new ProfilePatch(Optional.of("New"), null, null, null, null, null, null).create(NOW);
        assertThat(created).isEqualTo(new Profile("New", null, Map.of(), new JsonObject(), true, null, null));
    }

    private static ProfilePatch ending(Instant instant) {
        return new ProfilePatch(null, null, null, null, null, Optional.of(instant), null);
    }

    private static void assertRefused(ProfilePatch patch, String param) {
        assertThatThrownBy(() -> patch.applyTo(BASE, NOW))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(param));
    }
}
