package dev.tollgate.cache.store;

import static dev.tollgate.cache.TestAnswers.answer;
import static dev.tollgate.cache.TestAnswers.body;
import static dev.tollgate.cache.TestAnswers.key;
import static dev.tollgate.cache.TestAnswers.streamed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.store.EntryCodec.Unreadable;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.vault.MasterKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EntryCodecTest {
    private static final int MAX = 1_000_000;
    private static final CacheKey KEY = key(CacheScope.ofClient("org_1", "cli_1"), "hello");
    private static final CachedAnswer ANSWER = answer("{\"text\":\"secret plans\"}");

    private enum Form {
        PLAIN(new EntryCodec(null, MAX)),
        SEALED(new EntryCodec(MasterKey.of(new byte[32]).aead(), MAX));

        private final EntryCodec codec;

        Form(EntryCodec codec) {
            this.codec = codec;
        }

        byte[] encode(CacheKey key, CachedAnswer answer) {
            return requireNonNull(codec.encode(key, answer));
        }

        void refuses(CacheKey key, byte[] entry) {
            assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> codec.decode(key, entry));
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void an_answer_comes_back_as_it_was(Form form) throws Unreadable {
        for (CachedAnswer answer : List.of(
                ANSWER,
                answer(""),
                answer("long ".repeat(10_000)),
                streamed("data: {}\n\ndata: [DONE]\n\n", 10, 24),
                new CachedAnswer(
                        1,
                        2,
                        3,
                        new CachedAnswer.Origin(
                                "org_1", "embedding", null, null, null, null, "simulated", true, Money.ZERO, 0),
                        CachedAnswer.Content.whole("application/json", new byte[] {0, -1}),
                        Usage.NONE.with(Meter.AUDIO_INPUT, Long.MAX_VALUE)))) {
            assertThat(form.codec.decode(KEY, form.encode(KEY, answer)))
                    .usingRecursiveComparison()
                    .isEqualTo(answer);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void an_entry_opens_for_no_other_key_and_in_no_other_scope(Form form) {
        byte[] entry = form.encode(KEY, ANSWER);
        form.refuses(key(KEY.scope(), "other"), entry);
        form.refuses(new CacheKey(CacheScope.ofOrganization("org_1"), KEY.digest()), entry);
        form.refuses(new CacheKey(CacheScope.ofClient("org_2", "cli_1"), KEY.digest()), entry);
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void any_flipped_bit_is_found_out(Form form) {
        byte[] entry = form.encode(KEY, ANSWER);
        for (int bit = 0; bit < entry.length * 8; bit++) {
            entry[bit / 8] ^= (byte) (1 << bit % 8);
            form.refuses(KEY, entry);
            entry[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void what_is_cut_off_is_found_out(Form form) {
        byte[] entry = form.encode(KEY, ANSWER);
        for (int length = 0; length < entry.length; length++) {
            form.refuses(KEY, Arrays.copyOf(entry, length));
        }
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void foreign_bytes_are_refused_whatever_they_are(Form form) {
        Seeds.each(2_000, random -> {
            byte[] entry = new byte[random.nextInt(200)];
            random.nextBytes(entry);
            if (entry.length > 3 && random.nextBoolean()) {
                entry[0] = 'T';
                entry[1] = 1;
                entry[2] = (byte) random.nextInt(4);
            }
            form.refuses(KEY, entry);
        });
    }

    @Test
    void what_is_stored_in_the_other_way_does_not_open() {
        Form.SEALED.refuses(KEY, Form.PLAIN.encode(KEY, ANSWER));
        Form.PLAIN.refuses(KEY, Form.SEALED.encode(KEY, ANSWER));
    }

    @Test
    void what_is_sealed_shows_nothing_and_opens_with_its_own_key_alone() {
        byte[] entry = Form.SEALED.encode(KEY, ANSWER);
        assertThat(new String(Form.PLAIN.encode(KEY, ANSWER), ISO_8859_1)).contains("secret plans");
        assertThat(new String(entry, ISO_8859_1)).doesNotContain("secret plans");
        byte[] other = new byte[32];
        other[0] = 1;
        EntryCodec stranger = new EntryCodec(MasterKey.of(other).aead(), MAX);
        assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> stranger.decode(KEY, entry));
    }

    @Test
    void what_can_be_shorter_is() {
        assertThat(Form.PLAIN.encode(KEY, answer("the same again ".repeat(1_000))))
                .hasSizeLessThan(1_000);
    }

    @Test
    void what_can_not_be_shorter_is_not_longer_than_it_must_be() throws Unreadable {
        byte[] noise = new byte[10_000];
        new Random(1).nextBytes(noise);
        CachedAnswer answer = answer(new String(noise, ISO_8859_1));
        byte[] entry = Form.PLAIN.encode(KEY, answer);
        assertThat(entry.length).isLessThan(answer.content().body().length + 300);
        assertThat(body(Form.PLAIN.codec.decode(KEY, entry))).isEqualTo(body(answer));
    }

    @Test
    void what_is_too_long_is_not_made_and_not_opened() {
        EntryCodec small = new EntryCodec(null, 10_000);
        byte[] bomb = Form.PLAIN.encode(KEY, answer("0".repeat(100_000)));
        assertThat(bomb).hasSizeLessThan(10_000);
        assertThat(small.encode(KEY, answer("0".repeat(100_000)))).isNull();
        assertThatExceptionOfType(Unreadable.class).isThrownBy(() -> small.decode(KEY, bomb));
    }
}
