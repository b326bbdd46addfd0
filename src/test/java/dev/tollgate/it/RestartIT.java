package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.postgres.Prepared;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tollgate with nothing but a JDK, as a newcomer starts it: the database it brings along, and what a start keeps. */
class RestartIT {
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    Path temporary;

    private TollgateProcess.Setup setup;

    @BeforeEach
    void a_data_folder() throws IOException {
        Path data = Prepared.unpacked(temporary.toRealPath().resolve("data"));
        setup = TollgateProcess.setUp().on(data);
    }

    @Test
    void everything_is_there_again_after_a_stop_and_after_a_kill() throws IOException {
        String key;
        Answer first;
        try (TollgateProcess tollgate = setup.start()) {
            key = tollgate.key();
            first = tollgate.api().post(CHAT, chat("gpt-4o-mini", "Hello"));

            assertThat(tollgate.output())
                    .contains("Key        " + key)
                    .contains("simulated: answers are made up; set OPENAI_API_KEY for real ones");
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("x-tollgate-provider")).isEqualTo("simulated");
            Ledger.Entry entry = tollgate.ledger().entry(first);
            assertThat(entry.json().path("simulated").asBoolean()).isTrue();
            assertThat(entry.charge().nanos()).isPositive();
            assertThat(Files.getPosixFilePermissions(tollgate.data().resolve("secrets.env")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            tollgate.stop();
            assertThat(tollgate.complaints()).isEmpty();
        }

        Answer second;
        try (TollgateProcess tollgate = setup.start()) {
            second = tollgate.api().post(CHAT, chat("gpt-4o-mini", "Hello again"));

            assertThat(tollgate.key()).isEqualTo(key);
            assertThat(tollgate.output()).doesNotContain(key).contains("TOLLGATE_KEY in");
            assertThat(second.status()).isEqualTo(200);
            assertThat(tollgate.ledger().entry(first).text("model_asked")).isEqualTo("gpt-4o-mini");
            tollgate.ledger().entry(second);
            tollgate.kill();
        }

        try (TollgateProcess tollgate = setup.start()) {
            assertThat(tollgate.api().get("/v1/usage").json().path("requests").asInt())
                    .isEqualTo(2);
            assertThat(tollgate.ledger().entry(second).status()).isEqualTo(200);
        }
    }

    @Test
    void a_first_start_that_was_killed_on_its_way_leaves_nothing_in_the_way() {
        TollgateProcess killed = setup.launch();
        Await.until("the database is being made", () -> killed.output().contains("making a database"));
        killed.kill();

        try (TollgateProcess tollgate = setup.start()) {
            assertThat(tollgate.api().post(CHAT, chat("gpt-4o-mini", "Hello")).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_second_tollgate_on_the_same_data_is_refused() {
        try (TollgateProcess first = setup.start()) {
            TollgateProcess second = setup.launch();

            assertThat(second.awaitExit()).isEqualTo(1);
            assertThat(second.output()).startsWith("tollgate: ").contains("TOLLGATE_DATA");
            assertThat(first.api().get("/v1/models").status()).isEqualTo(200);
        }
    }
}
