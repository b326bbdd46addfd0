package dev.tollgate.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.testkit.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # method | path                                  | operation     | collection           | object
            POST   | /v1/chat/completions                    | CHAT          | chat/completions     |
            POST   | /v1/chat/completions/                   | CHAT          | chat/completions     |
            GET    | /v1/chat/completions                    | OBJECT        | chat/completions     |
            GET    | /v1/chat/completions/chatcmpl-1         | OBJECT        | chat/completions     | chatcmpl-1
            POST   | /v1/chat/completions/chatcmpl-1         | OBJECT        | chat/completions     | chatcmpl-1
            GET    | /v1/chat/completions/chatcmpl-1/messages | OBJECT       | chat/completions     | chatcmpl-1
            POST   | /v1/completions                         | COMPLETION    | completions          |
            POST   | /v1/embeddings                          | EMBEDDING     | embeddings           |
            POST   | /v1/moderations                         | MODERATION    | moderations          |
            POST   | /v1/responses                           | RESPONSE      | responses            |
            POST   | /v1/responses/compact                   | RESPONSE      | responses            |
            POST   | /v1/responses/Compact                   | RESPONSE      | responses            |
            POST   | /v1/responses/input_tokens              | OBJECT        | responses            |
            GET    | /v1/responses/resp_1                    | OBJECT        | responses            | resp_1
            POST   | /v1/responses/resp_1/cancel             | OBJECT        | responses            | resp_1
            GET    | /v1/responses/resp_1/input_items        | OBJECT        | responses            | resp_1
            POST   | /v1/images/generations                  | IMAGE         | images/generations   |
            POST   | /v1/images/edits                        | IMAGE         | images/edits         |
            POST   | /v1/images/variations                   | IMAGE         | images/variations    |
            POST   | /v1/audio/speech                        | SPEECH        | audio/speech         |
            POST   | /v1/audio/transcriptions                | TRANSCRIPTION | audio/transcriptions |
            POST   | /v1/audio/translations                  | TRANSCRIPTION | audio/translations   |
            GET    | /v1/models                              | MODELS        | models               |
            GET    | /v1/models/gpt-4o                       | MODELS        | models               | gpt-4o
            GET    | /v1/models/ft%3Agpt-4o%3Aacme           | MODELS        | models               | ft%3Agpt-4o%3Aacme
            GET    | /v1/models/ft:gpt-4o:acme               | MODELS        | models               | ft:gpt-4o:acme
            GET    | /v1/models/meta/llama-4                 | MODELS        | models               | meta/llama-4
            DELETE | /v1/models/ft:gpt-4o:acme               | OBJECT        | models               | ft:gpt-4o:acme
            GET    | /v1/usage                               | USAGE         | usage                |
            GET    | /v1/files                               | OBJECT        | files                |
            POST   | /v1/files                               | OBJECT        | files                |
            GET    | /v1/files/file-1/content                | OBJECT        | files                | file-1
            POST   | /v1/vector_stores/vs_1/files            | OBJECT        | vector_stores        | vs_1
            POST   | /v1/conversations                       | OBJECT        | conversations        |
            POST   | /v1/batches                             | UNMETERED     | batches              |
            GET    | /v1/batches                             | OBJECT        | batches              |
            GET    | /v1/batches/batch_1                     | OBJECT        | batches              | batch_1
            POST   | /v1/fine_tuning/jobs                    | UNMETERED     | fine_tuning/jobs     |
            GET    | /v1/fine_tuning/jobs/ftjob-1            | OBJECT        | fine_tuning/jobs     | ftjob-1
            POST   | /v1/batches/batch_1/cancel              | OBJECT        | batches              | batch_1
            POST   | /v1/containers                          | UNMETERED     | containers           |
            POST   | /v1/something_new                       | UNMETERED     | something_new        |
            POST   | /v1/videos                              | UNMETERED     | videos               |
            POST   | /v1/threads/thread_1/runs               | UNMETERED     | threads              | thread_1
            GET    | /v1/organization/costs                  | ORGANIZATION  | organization         | costs
            GET    | /v1/realtime                            | REALTIME      | realtime             |
            POST   | /v1/realtime/client_secrets             | REALTIME      | realtime             | client_secrets
            POST   | /openai/v1/chat/completions             | CHAT          | chat/completions     |
            POST   | /openai/v1/responses                    | RESPONSE      | responses            |
            """)
    void a_path_is_understood(
            String method, String path, Operation operation, String collection, @Nullable String objectId) {
        ApiPath understood = ApiPath.of(method, path);
        assertThat(understood.operation()).isEqualTo(operation);
        assertThat(understood.collection()).isEqualTo(collection);
        assertThat(understood.objectId()).isEqualTo(objectId);
        assertThat(understood.deployment()).isNull();
        assertThat(path).endsWith("/v1" + understood.rest());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /openai/deployments/my-gpt/chat/completions     | CHAT          | my-gpt | /chat/completions
            /openai/deployments/my-gpt/embeddings           | EMBEDDING     | my-gpt | /embeddings
            /openai/deployments/w/audio/transcriptions      | TRANSCRIPTION | w      | /audio/transcriptions
            """)
    void a_deployment_in_Azures_form_of_path_stands_for_the_model(
            String path, Operation operation, String deployment, String rest) {
        ApiPath understood = ApiPath.of("POST", path);
        assertThat(understood.operation()).isEqualTo(operation);
        assertThat(understood.deployment()).isEqualTo(deployment);
        assertThat(understood.rest()).isEqualTo(rest);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/responses",
        "DELETE, /v1/chat/completions",
        "PUT, /v1/chat/completions",
        "GET, /v1/embeddings",
        "GET, /v1/embeddings/x",
        "GET, /v1/responses/compact",
        "get, /v1/completions",
        "GET, /openai/deployments/x/embeddings"
    })
    void a_model_is_run_by_POST_only(String method, String path) {
        refused(method, path, ProblemCode.METHOD_NOT_ALLOWED, "method: " + method + " " + path + " (expected: POST)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /chat/completions              | /v1/chat/completions
            /responses                     | /v1/responses
            /v1/v1/chat/completions        | /v1/chat/completions
            /v1/v1/v1/chat/completions     | /v1/chat/completions
            /openai/v1/v1/chat/completions | /v1/chat/completions
            //chat/completions             | /v1/chat/completions
            //v1/chat/completions          | /v1/chat/completions
            /openai/chat/completions       | /v1/chat/completions
            /v1/Chat/Completions           | /v1/chat/completions
            /v1/EMBEDDINGS                 | /v1/embeddings
            /v1                            | /v1/chat/completions
            /v1/                           | /v1/chat/completions
            /v1/v1                         | /v1/chat/completions
            /openai/v1/                    | /v1/chat/completions
            /openai/deployments/x          | /openai/deployments/{name}/chat/completions
            /openai/deployments/x/         | /openai/deployments/{name}/chat/completions
            /openai/deployments/x/files    | /openai/deployments/{name}/chat/completions
            """)
    void a_path_that_is_none_is_answered_with_the_likely_one(String path, String likely) {
        assertThatThrownBy(() -> ApiPath.of("POST", path)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_PATH);
            assertThat(problem.message()).startsWith("There is no " + path + " here. Did you mean " + likely + "?");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Dots and empty segments.
                "/v1/../admin",
                "/v1/files/..",
                "/v1/./files",
                "/v1/files/.",
                "/v1//files",
                "/v1/files//content",
                "///v1/files",
                "/openai/deployments//chat/completions",
                "/openai/deployments/../chat/completions",
                // The same, encoded once or twice.
                "/v1/%2e%2e/admin",
                "/v1/%2E%2E/admin",
                "/v1/files/%2e",
                "/v1%2ffiles",
                "/v1/files%2Fx",
                "/v1/files%5cx",
                "/v1/%252e%252e/admin",
                "/v1/files/%252fx",
                // Letters that need no encoding, with which a path would read as another one.
                "/v1/%63ompletions",
                "/v1/chat/%63ompletions",
                "/v1/responses/%63ompact",
                "/v1/%72esponses",
                "/v1/files/file%2D1",
                "/v1/files/file%5f1",
                "/v1/files/%7Ex",
                "/v1/batche%73",
                // Encodings that are none.
                "/v1/files/%",
                "/v1/files/%4",
                "/v1/files/%zz",
                "/v1/files/%0",
                "/v1/files/%00",
                // What some servers cut off or take for a slash.
                "/v1/chat;x=1/completions",
                "/v1/responses;x",
                "/v1/files\\x",
                "/v1\\files",
                // Characters that no path has.
                "/v1/files/a b",
                "/v1/files/\t",
                "/v1/files/a\r\nb",
                "/v1/files/\u007f",
                "/v1/files/é"
            })
    void a_path_that_could_be_read_in_two_ways_is_refused(String path) {
        for (String method : new String[] {"GET", "POST"}) {
            refused(
                    method,
                    path,
                    ProblemCode.INVALID_PATH,
                    "The path could be read in more than one way (expected: a plain path such as /v1/responses).");
        }
    }

    @Test
    void any_path_is_understood_or_refused() {
        String[] parts = {
            "/", "/v1", "/openai", "/deployments", "/chat", "/completions", "//", "%2", "e", ".", "x", ";", ""
        };
        Seeds.each(20_000, random -> {
            StringBuilder path = new StringBuilder("/");
            for (int i = random.nextInt(8); i >= 0; i--) {
                path.append(parts[random.nextInt(parts.length)]);
            }
            try {
                ApiPath understood = ApiPath.of("POST", path.toString());
                assertThat(path.toString()).endsWith(understood.rest());
                assertThat(understood.collection()).isNotEmpty();
            } catch (Problem problem) {
                assertThat(problem.code().status()).isBetween(400, 405);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/anything",
                "/v1",
                "/v1/",
                "/openai/deployments/x/chat/completions",
                "/chat/completions",
                "//v1/models",
                "/responses",
                "/embeddings",
                "/completions",
                "/models"
            })
    void a_path_that_looks_like_the_APIs_is_meant_for_it(String path) {
        assertThat(ApiPath.isMeant(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/live", "/metrics", "/q/health", "/admin/v1/keys", "/v10/x"})
    void other_paths_are_not_meant_for_the_API(String path) {
        assertThat(ApiPath.isMeant(path)).isFalse();
    }

    private static void refused(String method, String path, ProblemCode code, String message) {
        assertThatThrownBy(() -> ApiPath.of(method, path)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.code()).isEqualTo(code);
            assertThat(problem.message()).isEqualTo(message);
        });
    }
}
