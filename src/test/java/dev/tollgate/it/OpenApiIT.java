package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.access.Permission;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Administration describes itself, whole, and has a page to try it on. */
class OpenApiIT {
    private static final Path STORED = Path.of("docs", "openapi.yaml");
    private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(TestPostgres.freshDatabase())
            .asking(TestProvider.get())
            .start();

    private final JsonNode api =
            anonymous(TOLLGATE).get("/admin/openapi?format=json").json();

    private record Operation(String name, String path, JsonNode json) {}

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void the_stored_description_is_the_served_one() throws IOException {
        String served = anonymous(TOLLGATE).get("/admin/openapi").text();
        if (Boolean.getBoolean("tollgate.docs.write")) {
            Files.writeString(STORED, served);
        }
        assertThat(served)
                .as(STORED + " is stale; write it anew: ./mvnw verify -DskipUnitTests=true -Dit.test=OpenApiIT"
                        + " -Dtollgate.docs.write=true")
                .isEqualTo(Files.readString(STORED));
    }

    @Test
    void every_operation_has_a_summary_its_permission_and_its_errors() {
        assertThat(operations()).isNotEmpty();
        for (Operation operation : operations()) {
            assertThat(operation.json.path("summary").asText())
                    .as(operation.name)
                    .isNotBlank();
            assertThat(Arrays.stream(Permission.values()).map(Permission::label))
                    .as(operation.name)
                    .contains(operation.json.path("x-permission").asText());
            assertThat(operation.json.path("description").asText())
                    .as(operation.name)
                    .contains("Needs `" + operation.json.path("x-permission").asText() + "`");
            assertThat(statuses(operation)).as(operation.name).contains("401", "403", "503");
            assertThat(statuses(operation))
                    .as(operation.name)
                    .anyMatch(status -> status.startsWith("2"))
                    .doesNotContain("default");
        }
    }

    @Test
    void every_body_has_a_schema_and_an_example() {
        for (Operation operation : operations()) {
            assertExample(operation.name + " request", operation.json.path("requestBody"));
            operation.json.path("responses").properties().forEach(answer -> {
                JsonNode described = resolved(answer.getValue());
                assertThat(described.path("description").asText())
                        .as(operation.name)
                        .isNotBlank();
                if (!answer.getKey().equals("204")) {
                    assertThat(described.path("content"))
                            .as(operation.name + " " + answer.getKey())
                            .isNotEmpty();
                }
                assertExample(operation.name + " " + answer.getKey(), described);
            });
        }
    }

    /** So that an example is not forgotten where a member is added. */
    @Test
    void examples_have_the_members_of_their_schemas() {
        api.at("/components/schemas").properties().forEach(schema -> {
            JsonNode example = schema.getValue().at("/examples/0");
            if (example instanceof ObjectNode members) {
                assertThat(schema.getValue().path("properties").properties().stream()
                                .map(Map.Entry::getKey))
                        .as(schema.getKey())
                        .containsAll(members.properties().stream()
                                .map(Map.Entry::getKey)
                                .toList());
            }
        });
    }

    @Test
    void every_parameter_of_a_query_is_described() {
        for (Operation operation : operations()) {
            for (JsonNode parameter : operation.json.path("parameters")) {
                if (!parameter.path("in").asText().equals("path")) {
                    assertThat(parameter.path("description").asText())
                            .as(operation.name + " " + parameter.path("name").asText())
                            .isNotBlank();
                }
            }
        }
    }

    @Test
    void the_page_and_all_it_loads_need_no_token() {
        assertThatPageLoads(anonymous(TOLLGATE));
    }

    @Test
    void the_page_is_on_the_port_of_administration_where_that_has_one() {
        try (TollgateProcess apart = TollgateProcess.setUp()
                .over(TestPostgres.freshDatabase())
                .asking(TestProvider.get())
                .with("TOLLGATE_ADMIN_PORT", Integer.toString(FreePort.any()))
                .start()) {
            assertThatPageLoads(anonymous(apart));
            assertThat(apart.api().get("/admin/docs/").status()).isEqualTo(404);
            assertThat(apart.api().get("/admin/openapi").status()).isEqualTo(404);
        }
    }

    private static void assertThatPageLoads(ApiClient client) {
        Answer page = client.get("/admin/docs/");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("content-type")).startsWith("text/html");
        assertThat(page.text()).contains("/admin/openapi");
        Matcher loaded =
                Pattern.compile("(?:src|href)=\"([^\"]+\\.(?:js|css))\"").matcher(page.text());
        List<String> files = new ArrayList<>();
        while (loaded.find()) {
            files.add(loaded.group(1));
        }
        assertThat(files).isNotEmpty().noneMatch(file -> file.startsWith("http") || file.startsWith("//"));
        for (String file : files) {
            String path = file.startsWith("/") ? file : "/admin/docs/" + file;
            assertThat(client.get(path).status()).as(path).isEqualTo(200);
        }
    }

    private void assertExample(String what, JsonNode described) {
        described.path("content").properties().forEach(type -> {
            assertThat(type.getValue().path("schema")).as(what).isNotEmpty();
            JsonNode example = type.getValue().path("example");
            JsonNode examples = type.getValue().path("examples");
            assertThat(example.isEmpty() && examples.isEmpty() && example.isMissingNode())
                    .as(what + " has no example")
                    .isFalse();
        });
    }

    private List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .forEach(operation -> operations.add(new Operation(
                                operation.getKey() + " " + path.getKey(), path.getKey(), operation.getValue()))));
        return operations;
    }

    private static List<String> statuses(Operation operation) {
        return operation.json.path("responses").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? api.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static ApiClient anonymous(TollgateProcess tollgate) {
        return new ApiClient(tollgate.administration().root(), "none");
    }
}
