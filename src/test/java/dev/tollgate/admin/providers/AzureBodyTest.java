package dev.tollgate.admin.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.provider.AccountRecord.Azure;
import dev.tollgate.provider.AccountRecord.EntraClient;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AzureBodyTest {
    @Test
    void nothing_is_the_v1_API_with_a_key() {
        assertThat(azure(null, null, null, null).read()).isEqualTo(new Azure(null, Map.of(), null));
    }

    @Test
    void a_version_and_deployments_are_the_dated_API_and_a_client_of_Entra_gets_tokens() {
        assertThat(azure("2024-10-21", Map.of("gpt-4o", "ours"), "tenant.example.com", "4711-abc")
                        .read())
                .isEqualTo(new Azure(
                        "2024-10-21", Map.of("gpt-4o", "ours"), new EntraClient("tenant.example.com", "4711-abc")));
    }

    @Test
    void what_makes_no_sense_names_its_member() {
        refuses("azure.api_version", azure("latest", null, null, null));
        refuses("azure.api_version", azure("2024-10-21&x=y", null, null, null));
        refuses("azure.deployments", azure(null, Map.of("gpt-4o", "ours"), null, null));
        refuses("azure.deployments", azure("2024-10-21", Map.of("gpt-4o", ""), null, null));
        refuses("azure.client_id", azure(null, null, "tenant", null));
        refuses("azure.tenant_id", azure(null, null, null, "client"));
        refuses("azure.tenant_id", azure(null, null, "../../evil.example.com/", "client"));
        Map<String, @Nullable String> many = new HashMap<>();
        for (int i = 0; i < 101; i++) {
            many.put("model-" + i, "deployment");
        }
        refuses("azure.deployments", azure("2024-10-21", many, null, null));
    }

    private static void refuses(String member, AzureBody body) {
        assertThatThrownBy(body::read)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(member));
    }

    private static AzureBody azure(
            @Nullable String version,
            @Nullable Map<String, @Nullable String> deployments,
            @Nullable String tenantId,
            @Nullable String clientId) {
        return new AzureBody(version, deployments, tenantId, clientId);
    }
}
