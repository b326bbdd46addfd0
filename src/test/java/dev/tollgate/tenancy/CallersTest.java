package dev.tollgate.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenancy.Callers.Identity;
import dev.tollgate.tenancy.KnownKey.PreviousSecret;
import java.time.Instant;
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
        Callers callers = knowing(true, null);
        callers.replace(another.publicId(), known(another, new Identity.Known(other), null, null));
        assertThat(callers.identify(another.reveal(), NOW)).isEqualTo(new Identity.Known(other));
        assertThat(callers.identify(key.reveal(), NOW)).isEqualTo(new Identity.Known(caller));
        assertThat(callers.size()).isEqualTo(2);
    }

    @Test
    void what_replaced_a_key_is_in_force_at_once() {
        Callers callers = knowing(true, null);
        callers.replace(key.publicId(), known(key, new Identity.Unknown("it is disabled"), null, null));
        assertThat(callers.identify(key.reveal(), NOW)).isEqualTo(new Identity.Unknown("it is disabled"));
        callers.remove(key.publicId());
        assertThat(callers.identify(key.reveal(), NOW)).isEqualTo(new Identity.Unheard());
        assertThat(callers.size()).isZero();
    }

    @Test
    void a_rotated_key_is_good_with_its_former_secret_until_that_ends() {
        ApiKey renewed = ApiKey.renewed(key.publicId(), random);
        Callers callers = new Callers();
        callers.replace(
                key.publicId(),
                known(renewed, new Identity.Known(caller), new PreviousSecret(key.sha256(), NOW), null));

        assertThat(renewed.publicId()).isEqualTo(key.publicId());
        assertThat(callers.identify(renewed.reveal(), NOW)).isEqualTo(new Identity.Known(caller));
        assertThat(callers.identify(key.reveal(), NOW.minusNanos(1))).isEqualTo(new Identity.Known(caller));
        assertThat(callers.identify(key.reveal(), NOW))
                .isEqualTo(new Identity.Unknown(
                        "it was rotated, and its former secret was good until 2026-11-21T12:00:00Z"));
    }

    @Test
    void a_former_secret_is_good_for_no_longer_than_the_key() {
        ApiKey renewed = ApiKey.renewed(key.publicId(), random);
        Callers callers = new Callers();
        callers.replace(
                key.publicId(),
                known(renewed, new Identity.Known(caller), new PreviousSecret(key.sha256(), NOW.plusSeconds(60)), NOW));

        assertThat(callers.identify(key.reveal(), NOW))
                .isEqualTo(new Identity.Unknown("it expired at 2026-11-21T12:00:00Z"));
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
                if (callers.identify(flipped, NOW) instanceof Identity.Known) {
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
        Identity unknown = new Identity.Unheard();
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
        Callers callers = new Callers();
        Identity identity = enabled ? new Identity.Known(caller) : new Identity.Unknown("it is disabled");
        callers.replace(key.publicId(), known(key, identity, null, expiresAt));
        return callers;
    }

    private static KnownKey known(
            ApiKey key, Identity identity, @Nullable PreviousSecret previous, @Nullable Instant expiresAt) {
        return new KnownKey(key.sha256(), previous, identity, expiresAt);
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
