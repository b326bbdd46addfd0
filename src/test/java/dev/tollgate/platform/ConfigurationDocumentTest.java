package dev.tollgate.platform;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.provider.ProviderCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import org.junit.jupiter.api.Test;

/** Every setting is documented where it is declared; {@code docs/configuration.md} is made from that. */
class ConfigurationDocumentTest {
    private static final String PAGE = "docs/configuration.md";

    /** Javadoc, perhaps a default, type and name of a setting. */
    private static final String SETTING =
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+(?:@WithDefault\\(\"([^\"]*)\"\\)\\s+)?([\\w<>]+) (\\w+)\\(\\);";

    private static final SourceFile SETTINGS = SourceFile.of(TollgateConfig.class);

    @Test
    void lists_every_setting_with_its_type_its_default_and_its_meaning() throws IOException {
        String rows = SETTINGS.find(SETTING).map(ConfigurationDocumentTest::row).collect(joining());

        DocumentPart.of(PAGE, "settings").mustSay("""
                | variable | value | default | meaning |
                |---|---|---|---|
                """ + rows, getClass());
    }

    @Test
    void finds_every_setting_in_the_source() {
        assertThat(SETTINGS.find(SETTING).map(setting -> setting.group(4)))
                .hasSameSizeAs(TollgateConfig.class.getMethods());
    }

    @Test
    void lists_every_provider_that_the_environment_can_give() throws IOException {
        String rows = ProviderCatalog.builtIn().all().stream()
                .map(provider -> "| `%1$s_API_KEY` | `%1$s_BASE_URL` | %2$s |\n"
                        .formatted(
                                provider.variable(), provider.baseUrl() == null ? "" : "`" + provider.baseUrl() + "`"))
                .collect(joining());

        DocumentPart.of(PAGE, "providers").mustSay("""
                | key | base URL | base URL by default |
                |---|---|---|
                """ + rows, getClass());
    }

    @Test
    void the_page_of_providers_has_all_of_them() throws IOException {
        String rows = ProviderCatalog.builtIn().all().stream()
                .map(provider -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                provider.name(),
                                provider.label(),
                                provider.baseUrl() == null
                                        ? "its own for each account"
                                        : "`" + provider.baseUrl() + "`",
                                provider.checkPath() == null ? "" : "yes"))
                .collect(joining());

        DocumentPart.of("docs/providers.md", "providers").mustSay("""
                | name | | base URL | credentials are checked |
                |---|---|---|---|
                """ + rows, getClass());
    }

    @Test
    void names_every_variable_that_the_code_names() throws IOException {
        Set<String> named = SourceFile.all().stream()
                .flatMap(file -> file.find("(?:TOLLGATE|QUARKUS)_[A-Z_]*[A-Z]"))
                .map(MatchResult::group)
                .collect(toCollection(TreeSet::new));

        assertThat(Files.readString(Path.of(PAGE))).contains(named);
    }

    private static String row(MatchResult setting) {
        String variable =
                "TOLLGATE_" + setting.group(4).replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
        String otherwise =
                setting.group(2) == null ? "" : "`" + setting.group(2).replace("${user.home}", "~") + "`";
        return "| `%s` | %s | %s | %s |\n"
                .formatted(variable, value(setting.group(3)), otherwise, meaning(setting.group(1)));
    }

    /** What kind of value a type takes. */
    private static String value(String type) {
        String plain = type.replaceAll("^Optional<(.*)>$", "$1");
        return switch (plain) {
            case "int", "long", "OptionalInt" -> "number";
            case "boolean", "Boolean" -> "`true` or `false`";
            case "Duration" -> "duration";
            case "List<Duration>" -> "durations";
            case "String" -> "text";
            default -> choices(plain);
        };
    }

    private static String choices(String type) {
        return SETTINGS.find("enum " + type + " \\{([^}]*)\\}")
                .flatMap(declared -> declared.group(1).strip().lines())
                .map(constant -> "`" + constant.strip().replace(",", "").toLowerCase(Locale.ROOT) + "`")
                .collect(joining(" or "));
    }

    /** Javadoc as a line of Markdown. */
    private static String meaning(String javadoc) {
        return javadoc.replaceAll("\\n\\s*\\* ?", " ")
                .replaceAll("\\{@code ([^}]*)\\}", "`$1`")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
