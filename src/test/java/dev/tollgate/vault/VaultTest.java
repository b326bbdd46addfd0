package dev.tollgate.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.vault.Vault.Unopenable;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class VaultTest {
    private static final String SECRET = "sk-proj-4711-and-a-snowman-\u2603";
    private static final String PLACE = "provider_account/acc_one/credential";
    private static final MasterKey OLD = key(1);
    private static final MasterKey NEW = key(2);

    private final Vault vault = new Vault(List.of(OLD));

    @Test
    void opens_what_it_sealed_and_says_under_which_key_that_is() {
        String sealed = vault.seal(PLACE, SECRET);
        assertThat(sealed).startsWith("sealed:1:" + OLD.id() + ":").doesNotContain("sk-proj");
        assertThat(vault.open(PLACE, sealed)).isEqualTo(SECRET);
    }

    @Test
    void the_same_secret_is_sealed_differently_each_time() {
        assertThat(vault.seal(PLACE, SECRET)).isNotEqualTo(vault.seal(PLACE, SECRET));
    }

    @Test
    void what_was_sealed_for_one_row_opens_in_no_other() {
        String sealed = vault.seal(PLACE, SECRET);
        assertThatThrownBy(() -> vault.open("provider_account/acc_two/credential", sealed))
                .isInstanceOf(Unopenable.class)
                .hasMessageContaining("acc_two")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void any_change_of_it_is_noticed() {
        String sealed = vault.seal(PLACE, SECRET);
        int start = sealed.lastIndexOf(':') + 1;
        byte[] bytes = Base64.getDecoder().decode(sealed.substring(start));
        for (int i = 0; i < bytes.length; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= 1;
            String text = sealed.substring(0, start) + Base64.getEncoder().encodeToString(changed);
            assertThatThrownBy(() -> vault.open(PLACE, text)).isInstanceOf(Unopenable.class);
        }
        assertThatThrownBy(() -> vault.open(PLACE, sealed.substring(0, start + 9)))
                .isInstanceOf(Unopenable.class);
    }

    @Test
    void a_key_that_is_not_given_is_named() {
        String sealed = vault.seal(PLACE, SECRET);
        assertThatThrownBy(() -> new Vault(List.of(NEW)).open(PLACE, sealed))
                .isInstanceOf(Unopenable.class)
                .hasMessageContaining(OLD.id())
                .hasMessageContaining("TOLLGATE_MASTER_KEY");
    }

    @Test
    void the_first_key_seals_and_all_of_them_open() {
        Vault both = new Vault(List.of(NEW, OLD));
        assertThat(both.open(PLACE, vault.seal(PLACE, SECRET))).isEqualTo(SECRET);
        assertThat(both.seal(PLACE, SECRET)).contains(NEW.id());
    }

    @Test
    void without_a_key_nothing_is_sealed_and_what_is_plain_stays_so() {
        Vault locked = new Vault(List.of());
        assertThat(locked.isLocked()).isTrue();
        assertThatThrownBy(() -> locked.seal(PLACE, SECRET)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.VAULT_LOCKED);
            assertThat(problem.message()).contains("TOLLGATE_MASTER_KEY").doesNotContain(SECRET);
        });
        assertThat(locked.openIfSealed(PLACE, locked.sealIfPossible(PLACE, SECRET)))
                .isEqualTo(SECRET);
        assertThatThrownBy(() -> locked.openIfSealed(PLACE, vault.seal(PLACE, SECRET)))
                .isInstanceOf(Unopenable.class);
    }

    @Test
    void keys_are_read_as_hexadecimal_digits_or_Base64_and_are_the_same_key_then() {
        byte[] bytes = bytes(7);
        String hex = HexFormat.of().formatHex(bytes);
        String base64 = Base64.getEncoder().encodeToString(bytes);
        assertThat(MasterKey.parse(hex).getFirst().id())
                .isEqualTo(MasterKey.parse(base64).getFirst().id())
                .hasSize(16);
        assertThat(MasterKey.parse(hex + ",\n" + HexFormat.of().formatHex(bytes(8)) + "\n"))
                .hasSize(2);
        assertThat(MasterKey.parse(hex).getFirst().toString()).doesNotContain(hex);
    }

    @Test
    void a_key_that_is_none_is_refused_without_being_quoted() {
        for (String wrong : List.of("my-passphrase-which-is-long", "00ff", "zz".repeat(32), "c2hvcnQ=")) {
            assertThatThrownBy(() -> MasterKey.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: 32")
                    .hasMessageNotContaining(wrong)
                    .hasNoCause();
        }
        String twice = HexFormat.of().formatHex(bytes(7));
        assertThatThrownBy(() -> MasterKey.parse(twice + "," + twice)).hasMessageContaining("twice");
    }

    static MasterKey key(int seed) {
        return MasterKey.of(bytes(seed));
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }
}
