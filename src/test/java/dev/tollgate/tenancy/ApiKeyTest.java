package dev.tollgate.tenancy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Seeds;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private final ApiKey key = ApiKey.generate(new Random(1));

    @Test
    void a_key_has_a_public_id_a_secret_and_a_checksum() {
        assertThat(key.reveal()).matches("sk-tg-[0-9a-z]{12}-[0-9A-Za-z]{38}");
        assertThat(key.publicId()).isEqualTo(key.reveal().substring(6, 18));
        assertThat(key.hasRightChecksum()).isTrue();
        assertThat(ApiKey.newPublicId(new Random(1))).matches("[0-9a-z]{12}");
    }

    @Test
    void what_was_generated_is_read_again() {
        Seeds.each(1_000, random -> {
            ApiKey generated = ApiKey.generate(random);
            ApiKey read = requireNonNull(ApiKey.parse(generated.reveal()));
            assertThat(read.publicId()).isEqualTo(generated.publicId());
            assertThat(read.sha256()).isEqualTo(generated.sha256()).hasSize(32);
            assertThat(read.hasRightChecksum()).isTrue();
        });
    }

    @Test
    void no_two_keys_are_alike() {
        Random random = new Random(2);
        Set<String> ids = new HashSet<>();
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            ApiKey generated = ApiKey.generate(random);
            assertThat(ids.add(generated.publicId())).isTrue();
            assertThat(secrets.add(generated.reveal().substring(19))).isTrue();
        }
    }

    @Test
    void the_checksum_notices_every_mistyped_character() {
        String text = key.reveal();
        for (int place = ApiKey.PREFIX.length(); place < text.length(); place++) {
            for (char other : "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-é€".toCharArray()) {
                if (other == text.charAt(place)) {
                    continue;
                }
                ApiKey mistyped = ApiKey.parse(text.substring(0, place) + other + text.substring(place + 1));
                if (mistyped != null && mistyped.hasRightChecksum()) {
                    throw new AssertionError(other + " at " + place + " was not noticed");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sk-tg-",
                "sk-proj-abcdefghijklmnopqrstuvwxyz",
                "Bearer sk-tg-x",
                "SK-TG-000000000000-00000000000000000000000000000000000000",
                "sk-tg-000000000000_00000000000000000000000000000000000000",
                "sk-tg-000000000000-0000000000000000000000000000000000000",
                "sk-tg-000000000000-000000000000000000000000000000000000000"
            })
    void what_has_not_the_form_of_a_key_is_none(String text) {
        assertThat(ApiKey.parse(text)).isNull();
    }

    @Test
    void a_key_is_shown_by_its_public_part_only() {
        assertThat(key).hasToString("sk-tg-" + key.publicId() + "-…");
        assertThat("got " + key).doesNotContain(key.reveal().substring(19));
    }
}
