package dev.tollgate.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.TestTransit;
import dev.tollgate.vault.KeyService;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.Transit;
import dev.tollgate.vault.TransitKey;
import dev.tollgate.vault.Vault;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Master keys that a key management service has wrapped: unwrapped at the start, changed, and what to do without it. */
class MasterKeysTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String WHERE = "TOLLGATE_MASTER_KEY";
    private static final String PLACE = "provider_account/acc_one/credential";
    private static final byte[] OLD = bytes(1);
    private static final byte[] NEW = bytes(2);

    private TestTransit transit = TestTransit.start();

    @AfterEach
    void end() {
        transit.close();
    }

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void a_wrapped_key_is_the_same_key_as_the_bare_one() {
        MasterKey bare = keys(null).read(WHERE, hex(OLD)).getFirst();
        MasterKey wrapped = keys(service(transit.url(), TestTransit.TOKEN))
                .read(WHERE, transit.wrap(OLD))
                .getFirst();
        assertThat(wrapped.id()).isEqualTo(bare.id());
        assertThat(new Vault(List.of(wrapped)).open(PLACE, new Vault(List.of(bare)).seal(PLACE, "secret")))
                .isEqualTo("secret");
    }

    @Test
    void keys_change_as_bare_ones_do_and_so_does_the_key_of_the_service() {
        String old = transit.wrap(OLD);
        transit.rotate();
        String changed = transit.wrap(NEW) + "," + old;
        assertThat(changed).contains("vault:v2:", "vault:v1:");
        Vault vault = new Vault(keys(service(transit.url(), TestTransit.TOKEN)).read(WHERE, changed));
        String sealedBefore = new Vault(List.of(MasterKey.of(OLD))).seal(PLACE, "secret");
        assertThat(vault.open(PLACE, sealedBefore)).isEqualTo("secret");
        assertThat(vault.currentKeyId()).contains(MasterKey.of(NEW).id());
        assertThat(
                        keys(service(transit.url(), TestTransit.TOKEN))
                                .read(WHERE, transit.wrap(OLD) + "\n" + hex(NEW))
                                .stream()
                                .map(MasterKey::id))
                .as("wrapped anew it is the same key, and bare ones may stand beside it")
                .containsExactly(MasterKey.of(OLD).id(), MasterKey.of(NEW).id());
    }

    @Test
    void it_is_asked_once_for_each_key_and_never_after() {
        Vault vault = new Vault(keys(service(transit.url(), TestTransit.TOKEN))
                .read(WHERE, transit.wrap(NEW) + "," + transit.wrap(OLD)));
        transit.close();
        assertThat(vault.open(PLACE, vault.seal(PLACE, "secret"))).isEqualTo("secret");
        assertThat(transit.asked()).isEqualTo(2);
    }

    @Test
    void one_that_is_sealed_or_away_is_waited_for() {
        transit.seal();
        CompletableFuture<List<MasterKey>> reading = CompletableFuture.supplyAsync(
                () -> keys(service(transit.url(), TestTransit.TOKEN), Duration.ofMinutes(1))
                        .read(WHERE, transit.wrap(OLD)));
        Await.until("it was asked in vain", () -> transit.asked() > 0);
        transit.unseal();
        assertThat(reading.join().getFirst().id()).isEqualTo(MasterKey.of(OLD).id());
    }

    @Test
    void without_it_the_start_ends_and_says_what_to_do() {
        String wrapped = transit.wrap(OLD);
        assertFails(null, wrapped, "Set TOLLGATE_KEY_SERVICE");
        assertFails(
                service("http://127.0.0.1:" + FreePort.any() + "/v1/transit/keys/tollgate", "t"),
                wrapped,
                "can't be reached");
        assertFails(service(transit.url(), "hvs.another-token"), wrapped, "capabilities = [\"update\"]");
        assertFails(
                service(transit.url().replace("/transit/", "/other/"), TestTransit.TOKEN),
                wrapped,
                "no transit engine");
        assertFails(service(transit.url(), TestTransit.TOKEN), "vault:v1:AAAA", "wrapped under another key");
        assertFails(service(transit.url(), TestTransit.TOKEN), transit.wrap(new byte[16]), "16 bytes (expected: 32");
        transit.seal();
        assertFails(service(transit.url(), TestTransit.TOKEN), wrapped, "Unseal it");
        try (TestTransit other = TestTransit.start()) {
            assertFails(service(other.url(), TestTransit.TOKEN), wrapped, "wrapped under another key");
        }
    }

    private static void assertFails(@Nullable KeyService service, String text, String told) {
        assertThatThrownBy(() -> keys(service).read(WHERE, text))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(WHERE)
                .hasMessageContaining(told)
                .hasMessageNotContainingAny(text, TestTransit.TOKEN, "hvs.another-token");
    }

    @Test
    void its_url_is_that_of_a_key_and_only_this_machine_is_asked_plainly() {
        assertThat(TransitKey.parse("https://vault.example.com/v1/a/b/transit/keys/our.key"))
                .isEqualTo(new TransitKey(true, "vault.example.com", 443, "a/b/transit", "our.key"));
        assertThat(TransitKey.parse("http://localhost:8200/transit/keys/k").port())
                .isEqualTo(8200);
        for (String wrong : List.of(
                "http://vault.example.com:8200/v1/transit/keys/k",
                "http://10.0.0.1/v1/transit/keys/k",
                "https://vault.example.com",
                "https://user:password@vault.example.com/v1/transit/keys/k",
                "vault.example.com/transit/keys/k",
                "https://vault.example.com/v1/transit/keys/k?x=y",
                "ht tp://password")) {
            assertThatThrownBy(() -> TransitKey.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: a key of a transit engine")
                    .hasMessageNotContaining("password");
        }
    }

    private static MasterKeys keys(@Nullable KeyService service) {
        return keys(service, Duration.ZERO);
    }

    private static MasterKeys keys(@Nullable KeyService service, Duration patience) {
        return new MasterKeys(VERTX, service, patience);
    }

    private static KeyService service(String url, String token) {
        return new Transit(VERTX.createHttpClient(Transit.options()), TransitKey.parse(url), token);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return bytes;
    }
}
