package dev.tollgate.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
    @TempDir
    Path temporary;

    private Checkout checkout;

    @BeforeEach
    void a_checkout() throws IOException {
        checkout = new Checkout(temporary);
    }

    @Nested
    class Manual {
        @Test
        void help_lists_every_command() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate("help");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.output())
                    .contains("run ", "demo ", "test ", "bench ", "prices ", "build ", "native ", "version ", "help ");
        }

        @Test
        void no_command_is_answered_with_the_manual_and_an_error() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate();

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.output()).contains("./tollgate run");
        }

        @Test
        void an_unknown_command_is_named() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate("rum");

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.output()).contains("unknown command: rum").contains("./tollgate help");
        }

        @Test
        void version_is_the_projects_and_needs_no_jdk() throws Exception {
            assertThat(checkout.tollgate("version").output()).matches("tollgate \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
        }

        @Test
        void works_through_a_link_from_anywhere() throws Exception {
            Path link = Files.createSymbolicLink(temporary.resolve("link"), checkout.path("tollgate"));
            Process process = new ProcessBuilder(link.toString(), "version").start();

            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("tollgate ");
        }
    }

    @Nested
    class FindingAJdk {
        @Test
        void java_home_comes_first() throws Exception {
            checkout.jdk("jdks/other", "26");
            Path chosen = checkout.jdk("chosen", "25.0.3");

            assertThat(checkout.with("JAVA_HOME", chosen.toString())
                            .tollgate("jdk")
                            .output())
                    .isEqualTo(chosen + "\n");
        }

        @Test
        void the_path_comes_next_through_links() throws Exception {
            checkout.jdk("jdks/other", "26");
            Path linked = checkout.jdk("linked", "25");
            Files.createSymbolicLink(checkout.path("path/java"), linked.resolve("bin/java"));

            assertThat(checkout.tollgate("jdk").output()).isEqualTo(linked + "\n");
        }

        @Test
        void one_that_is_too_old_is_passed_over() throws Exception {
            Path old = checkout.jdk("old", "17.0.15");
            checkout.jdk("jdks/a", "1.8.0_402");
            checkout.jdk("jdks/b", "24.0.2");
            Path newest = checkout.jdk("jdks/c", "26-ea");

            assertThat(checkout.with("JAVA_HOME", old.toString())
                            .tollgate("jdk")
                            .output())
                    .isEqualTo(newest + "\n");
        }

        @Test
        void one_without_a_release_file_is_asked() throws Exception {
            Path silent = checkout.jdk("jdks/silent", "25");
            Files.delete(silent.resolve("release"));
            checkout.program("jdks/silent/bin/java", "echo 'openjdk version \"25.0.1\" 2025-10-21' >&2");

            assertThat(checkout.tollgate("jdk").output()).isEqualTo(silent + "\n");
        }

        @Test
        void without_any_it_says_what_was_found_and_what_to_install() throws Exception {
            Path old = checkout.jdk("jdks/old", "17.0.15");
            Path withoutCompiler = checkout.jdk("jdks/runtime", "25");
            Files.delete(withoutCompiler.resolve("bin/javac"));

            Checkout.Outcome outcome = checkout.tollgate("run");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output())
                    .contains("no JDK 25 or newer was found")
                    .contains(old + " (17.0.15)", withoutCompiler + " (25)")
                    .contains("apt install openjdk-25-jdk-headless", "brew install openjdk@25", "adoptium.net");
        }
    }

    @Nested
    class Running {
        @BeforeEach
        void with_a_jdk() throws IOException {
            checkout.jdk("jdks/jdk-25", "25.0.3");
        }

        @Test
        void starts_what_is_built_with_its_arguments() throws Exception {
            checkout.built();

            assertThat(checkout.tollgate("run", "an argument", "another").output())
                    .startsWith("java of jdk-25: ")
                    .contains(
                            "-Xmx512m",
                            "-XX:+UseParallelGC",
                            "-XX:+UseCompactObjectHeaders",
                            "--enable-native-access=ALL-UNNAMED")
                    .contains("--sun-misc-unsafe-memory-access=allow")
                    .endsWith(
                            " -jar " + checkout.path("target/quarkus-app/quarkus-run.jar") + " an argument another\n");
        }

        @Test
        void demo_is_the_same_program() throws Exception {
            checkout.built();

            assertThat(checkout.tollgate("demo", "fast").output()).endsWith("quarkus-run.jar demo fast\n");
        }

        @Test
        void what_the_user_chooses_for_the_jvm_replaces_the_default() throws Exception {
            checkout.built();

            String output = checkout.with("JAVA_OPTS", "-Xmx2g")
                    .with("TOLLGATE_JAVA_OPTS", "-XX:+UseZGC -Da=b")
                    .tollgate("run")
                    .output();

            assertThat(output)
                    .contains(" -Xmx2g -XX:+UseZGC -Da=b -jar ")
                    .doesNotContain("-Xmx512m")
                    .doesNotContain("Parallel");
        }

        @Test
        void a_later_java_that_has_dropped_an_option_is_not_given_it() throws Exception {
            checkout.jdk("jdks/jdk-25", "31");
            checkout.program("jdks/jdk-25/bin/java", "case \"$*\" in *unsafe*) exit 1 ;; esac; echo started: \"$@\"");
            checkout.built();

            assertThat(checkout.tollgate("run").output())
                    .startsWith("started: ")
                    .doesNotContain("unsafe");
        }

        @Test
        void the_jvm_takes_the_launchers_place_so_that_signals_reach_it() throws Exception {
            checkout.program("jdks/jdk-25/bin/java", "echo $$");
            checkout.built();

            Process process = checkout.process("run");

            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(Long.toString(process.pid()));
        }

        @Test
        void builds_first_when_nothing_is_built() throws Exception {
            checkout.maven("3.9.9", """
                    echo "[INFO] --- compiler:3.14.1:compile (default-compile) @ tollgate ---"
                    echo "of no interest: $*"
                    mkdir -p target/quarkus-app && touch target/quarkus-app/quarkus-run.jar""");

            Checkout.Outcome outcome = checkout.tollgate("run");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.output())
                    .contains("building Tollgate …", "compiling …", "java of jdk-25: ")
                    .doesNotContain("of no interest");
            assertThat(checkout.path("target/build.log")).content().contains("of no interest: -B compile");
        }

        @Test
        void builds_again_when_a_source_is_newer() throws Exception {
            checkout.built();
            checkout.maven("3.9.9", "echo built again");
            Path source = checkout.path("src/main/java/App.java");
            Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(120)));

            assertThat(checkout.tollgate("run").output()).contains("building Tollgate …");
        }

        @Test
        void a_failed_build_shows_its_end_and_starts_nothing() throws Exception {
            checkout.maven("3.9.9", "echo '[ERROR] App.java:[1,1] that is wrong'; exit 1");

            Checkout.Outcome outcome = checkout.tollgate("run");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output())
                    .contains("App.java:[1,1] that is wrong", "target/build.log")
                    .doesNotContain("java of");
        }
    }

    @Nested
    class ChoosingMaven {
        private static final String BUILDS =
                "echo built by it; mkdir -p target/quarkus-app && touch target/quarkus-app/quarkus-run.jar";

        @BeforeEach
        void with_a_jdk() throws IOException {
            checkout.jdk("jdks/jdk-25", "25.0.3");
        }

        @Test
        void the_wrappers_is_used_when_it_is_unpacked() throws Exception {
            checkout.program("home/.m2/wrapper/dists/apache-maven-3.9.16/1234/bin/mvn", "exit 1");
            checkout.program("mvnw", BUILDS);
            checkout.maven("3.9.9", "echo not this one; exit 1");

            assertThat(checkout.tollgate("build").exitCode()).isZero();
            assertThat(checkout.path("home/asked")).doesNotExist();
        }

        @Test
        void the_wrappers_is_downloaded_when_it_can_be() throws Exception {
            checkout.program("path/curl", "exit 0");
            checkout.program("mvnw", BUILDS);

            assertThat(checkout.tollgate("build").exitCode()).isZero();
        }

        @Test
        void an_installed_one_stands_in_and_the_network_is_not_asked_again() throws Exception {
            checkout.maven("3.8.7", BUILDS);

            assertThat(checkout.tollgate("build").output())
                    .contains("cannot be downloaded from https://maven.invalid/apache-maven-3.9.16-bin.zip: using "
                            + checkout.path("path/mvn"));
            assertThat(checkout.tollgate("build").output()).doesNotContain("cannot be downloaded");
            assertThat(checkout.path("home/asked")).hasContent("asked");
        }

        @Test
        void one_that_is_too_old_is_no_help() throws Exception {
            checkout.maven("3.6.3", BUILDS);

            Checkout.Outcome outcome = checkout.tollgate("build");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output()).contains("install Maven 3.8.7 or newer");
        }
    }

    @Nested
    class Testing {
        private static final String TWO_KINDS = """
                echo "$*" >called
                echo "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in dev.ATest"
                echo "noise"
                echo "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0"
                echo "[WARNING] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1"
                """;

        @BeforeEach
        void with_a_jdk_and_two_kinds_of_tests() throws IOException {
            checkout.jdk("jdks/jdk-25", "25.0.3");
            checkout.write("src/test/java/dev/MoneyTest.java", "");
            checkout.write("src/test/java/dev/ChatIT.java", "");
            checkout.maven("3.9.9", TWO_KINDS);
        }

        private String called() throws IOException {
            return Files.readString(checkout.path("called")).strip();
        }

        @Test
        void shows_a_line_per_class_and_ends_with_the_counts_of_both_kinds() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate("test");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.output())
                    .contains("-- in dev.ATest", "[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0\n")
                    .contains("[WARNING] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1\n")
                    .doesNotContain("noise");
            assertThat(outcome.output().lines().toList().getLast())
                    .matches("7 tests run, 0 failed, 1 skipped, in 0 min \\d+ s");
            assertThat(called()).isEqualTo("-B verify");
        }

        @Test
        void a_failure_is_shown_with_its_trace_counted_and_exits_with_an_error() throws Exception {
            checkout.maven("3.9.9", """
                    echo "[ERROR] dev.ATest.adds -- Time elapsed: 0.1 s <<< FAILURE!"
                    echo "expected: 1 but was: 2"
                    echo "[ERROR] Tests run: 3, Failures: 1, Errors: 1, Skipped: 0"
                    echo "[ERROR] Failed to execute goal: a plugin is missing -> [Help 1]"
                    echo "[ERROR] [Help 1] https://maven.invalid/help"
                    exit 1""");

            Checkout.Outcome outcome = checkout.tollgate("test");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output())
                    .contains("expected: 1 but was: 2", "a plugin is missing")
                    .doesNotContain("maven.invalid/help");
            assertThat(outcome.output().lines().toList().getLast())
                    .startsWith("FAILED: 3 tests run, 2 failed, 0 skipped");
        }

        @Test
        void unit_stops_before_packaging() throws Exception {
            checkout.tollgate("test", "unit");

            assertThat(called()).isEqualTo("-B test");
        }

        @Test
        void long_leaves_nothing_out() throws Exception {
            checkout.tollgate("test", "long");

            assertThat(called()).isEqualTo("-B verify -DexcludedTestTags=");
        }

        @Test
        void a_unit_test_is_run_by_its_name_or_a_method_of_it() throws Exception {
            checkout.tollgate("test", "MoneyTest");
            assertThat(called()).isEqualTo("-B test -DexcludedTestTags= -Dtest=MoneyTest");

            checkout.tollgate("test", "Money#adds");
            assertThat(called()).isEqualTo("-B test -DexcludedTestTags= -Dtest=MoneyTest#adds");
        }

        @Test
        void a_test_of_the_packaged_application_packages_it_first() throws Exception {
            checkout.tollgate("test", "ChatIT");

            assertThat(called()).isEqualTo("-B verify -DexcludedTestTags= -DskipUnitTests=true -Dit.test=ChatIT");
        }

        @Test
        void a_name_that_no_class_has_is_answered_with_those_that_are_like_it() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate("test", "oney");

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.output()).contains("no test class oney", "did you mean: MoneyTest");
        }

        @Test
        void clients_has_its_own_script_which_finds_the_application_built() throws Exception {
            checkout.built();
            checkout.program("src/test/clients/run", "echo clients with $JAVA_HOME: \"$@\"; exit 3");

            Checkout.Outcome outcome = checkout.tollgate("test", "clients", "python");

            assertThat(outcome.exitCode()).isEqualTo(3);
            assertThat(outcome.output()).isEqualTo("clients with " + checkout.path("jdks/jdk-25") + ": python\n");
        }
    }

    @Nested
    class Prices {
        private static final String COMPARE = "dev.tollgate.pricing.litellm.CompareWithLiteLlm";

        @BeforeEach
        void with_a_jdk_and_built() throws IOException {
            checkout.jdk("jdks/jdk-25", "25.0.3");
            checkout.built();
        }

        @Test
        void are_compared_with_a_list_that_is_given() throws Exception {
            Path list = checkout.write("list.json", "{}");

            assertThat(checkout.tollgate("prices", "compare", list.toString()).output())
                    .startsWith("java of jdk-25: -cp ")
                    .contains(
                            COMPARE + " " + list + " " + checkout.path("docs/prices-compared-with-litellm.md") + " 2");
        }

        @Test
        void are_compared_with_that_of_the_latest_package_which_is_not_kept() throws Exception {
            checkout.program("path/python3", """
                    [ "$3" != install ] || {
                      for folder; do [ "$folder" = litellm ] || target=$folder; done
                      mkdir -p "$target/litellm"
                      echo {} >"$target/litellm/model_prices_and_context_window_backup.json"
                    }""");

            Checkout.Outcome outcome = checkout.tollgate("prices", "compare");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.output())
                    .contains("getting LiteLLM", COMPARE + " " + checkout.path("target/litellm/litellm/model_prices"));
            assertThat(checkout.path("target/litellm")).doesNotExist();
        }

        @Test
        void without_pip_it_says_what_to_do() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate("prices", "compare");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output()).contains("pip, which is not installed", "./tollgate prices compare FILE");
        }

        @Test
        void a_package_that_can_not_be_had_ends_it_with_the_reason() throws Exception {
            checkout.program("path/python3", "[ \"$3\" != install ] || { echo no such host; exit 3; }");

            Checkout.Outcome outcome = checkout.tollgate("prices", "compare");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output()).contains("no such host").doesNotContain(COMPARE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "list", "compare a b"})
        void nothing_else_is_understood(String words) throws Exception {
            Checkout.Outcome outcome =
                    checkout.tollgate(("prices " + words).strip().split(" "));

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.output()).contains("./tollgate prices compare [FILE]");
        }

        @Test
        void a_list_that_is_missing_is_named() throws Exception {
            Checkout.Outcome outcome = checkout.tollgate("prices", "compare", "nowhere.json");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.output()).contains("nowhere.json is missing");
        }
    }
}
