package dev.tollgate.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenancy.Callers.Identity;
import dev.tollgate.tenancy.Callers.KnownKey;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallersTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final Random random = new Random(1);
    private final ApiKey key = ApiKey.generate(random);
    private final ApiKey another = ApiKey.generate(random);
    private final Caller caller = Caller.of("org_1", "key_1");

    @Test
    void a_key_is_its_callers() {
        assertThat(knowing(true, null).identify(key.reveal(), NOW)).isEqualTo(new Identity.Known(caller));
    }

    @Test
    void of_several_keys_each_is_its_callers() {
        Caller other = Caller.of("org_2", "key_2");
        Callers callers = new Callers(Map.of(
                key.publicId(), new KnownKey(caller, key.sha256(), true, null),
                another.publicId(), new KnownKey(other, another.sha256(), true, null)));
        assertThat(callers.identify(another.reveal(), NOW)).isEqualTo(new Identity.Known(other));
        assertThat(callers.size()).isEqualTo(2);
    }

    @Test
    void a_key_with_one_wrong_character_is_nobodys() {
        Callers callers = knowing(true, null);
        String text = key.reveal();
        for (int place = 0; place < text.length(); place++) {
            for (char wrong = ' '; wrong < 0x180; wrong++) {
                if (wrong == text.charAt(place)) {
                    continue;
                }
                String flipped = text.substring(0, place) + wrong + text.substring(place + 1);
                if (!(callers.identify(flipped, NOW) instanceof Identity.Unknown)) {
                    throw new AssertionError("identified with " + wrong + " at " + place);
                }
            }
        }
    }

    @Test
    void a_wrong_secret_and_a_key_that_never_was_get_the_same_answer() {
        ApiKey wrongSecret = withPublicIdOf(key);
        assertThat(wrongSecret.publicId()).isEqualTo(key.publicId());
        assertThat(wrongSecret.hasRightChecksum()).isTrue();

        Callers callers = knowing(true, null);
        Identity unknown = new Identity.Unknown("no such key");
        assertThat(callers.identify(wrongSecret.reveal(), NOW)).isEqualTo(unknown);
        assertThat(callers.identify(another.reveal(), NOW)).isEqualTo(unknown);
        assertThat(knowing(false, null).identify(wrongSecret.reveal(), NOW)).isEqualTo(unknown);
    }

    @Test
    void a_mistyped_key_is_told_from_one_that_never_was() {
        String text = key.reveal();
        char last = text.charAt(text.length() - 1);
        String mistyped = text.substring(0, text.length() - 1) + (last == 'a' ? 'b' : 'a');
        assertThat(knowing(true, null).identify(mistyped, NOW))
                .isEqualTo(new Identity.Unknown("it is mistyped or cut off"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "sk-proj-0123456789"})
    void what_has_not_the_form_of_a_key_is_told_what_form_it_has(String text) {
        assertThat(knowing(true, null).identify(text, NOW))
                .isEqualTo(new Identity.Unknown("it has not the form of a Tollgate key (expected: sk-tg-…)"));
    }

    @Test
    void a_disabled_key_is_nobodys() {
        assertThat(knowing(false, null).identify(key.reveal(), NOW)).isEqualTo(new Identity.Unknown("it is disabled"));
    }

    @Test
    void a_key_is_good_until_just_before_it_expires() {
        Callers callers = knowing(true, NOW);
        assertThat(callers.identify(key.reveal(), NOW.minusNanos(1))).isEqualTo(new Identity.Known(caller));
        assertThat(callers.identify(key.reveal(), NOW))
                .isEqualTo(new Identity.Unknown("it expired at 2026-11-21T12:00:00Z"));
    }

    private Callers knowing(boolean enabled, @Nullable Instant expiresAt) {
        return new Callers(Map.of(key.publicId(), new KnownKey(caller, key.sha256(), enabled, expiresAt)));
    }

    /** A well-formed key of which all but the public id is different: its first twelve choices are given. */
    private ApiKey withPublicIdOf(ApiKey other) {
        String alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
        int[] taken = {0};
        return ApiKey.generate(new Random(9) {
            @Override
            public int nextInt(int bound) {
                int place = taken[0]++;
                return place < other.publicId().length()
                        ? alphabet.indexOf(other.publicId().charAt(place))
                        : super.nextInt(bound);
            }
        });
    }
}
