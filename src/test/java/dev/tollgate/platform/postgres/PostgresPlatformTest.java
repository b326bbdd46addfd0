package dev.tollgate.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresPlatformTest {

    @ParameterizedTest(name = "{0} on {1} uses {2}")
    @CsvSource({
        "Linux,    amd64,   /postgres-linux-x86_64.txz",
        "Linux,    aarch64, /postgres-linux-arm_64.txz",
        "Mac OS X, x86_64,  /postgres-darwin-x86_64.txz",
        "Mac OS X, aarch64, /postgres-darwin-arm_64.txz",
    })
    void knows_the_archive_for_it(String os, String processor, String archive) {
        assertThat(PostgresPlatform.of(os, processor).archive()).isEqualTo(archive);
    }

    @ParameterizedTest
    @CsvSource({"Windows 11, amd64", "Linux, riscv64"})
    void names_a_machine_without_one_and_the_way_out(String os, String processor) {
        assertThatThrownBy(() -> PostgresPlatform.of(os, processor))
                .isInstanceOf(EmbeddedPostgresFailure.class)
                .hasMessageContaining(os + " on " + processor)
                .hasMessageContaining("QUARKUS_DATASOURCE_REACTIVE_URL");
    }

    @Test
    void the_archive_for_this_machine_is_in_the_build() {
        assertThat(PostgresPlatformTest.class.getResource(
                        PostgresPlatform.current().archive()))
                .isNotNull();
    }
}
