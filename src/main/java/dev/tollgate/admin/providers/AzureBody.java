package dev.tollgate.admin.providers;

import dev.tollgate.provider.AccountRecord.Azure;
import dev.tollgate.provider.AccountRecord.EntraClient;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What Azure OpenAI wants to know of an account. */
@Schema(example = """
        {"api_version": "2024-10-21", "deployments": {"gpt-4o-mini": "our-mini"}, "tenant_id": null, "client_id": null}
        """)
public record AzureBody(
        @Schema(description = "The version of the API with deployments in its paths; null is the v1 API.") @Nullable
        String apiVersion,

        @Schema(
                description =
                        "Models and the names of their deployments, where these differ. With an api_version only.")
        @Nullable
        Map<String, @Nullable String> deployments,

        @Schema(
                description = "The tenant of Microsoft Entra ID; the credential is then the secret of the client"
                        + " beside it, and tokens are sent. Null sends the credential itself, an API key.")
        @Nullable
        String tenantId,

        @Schema(description = "The application (client) id at Entra ID.") @Nullable
        String clientId) {
    private static final int DEPLOYMENTS_MAX = 100;
    private static final Pattern API_VERSION = Pattern.compile("\\d{4}-\\d{2}-\\d{2}(-preview)?");
    private static final Pattern DIRECTORY_ID = Pattern.compile("[A-Za-z0-9.-]{1,100}");

    Azure read() {
        if (apiVersion != null && !API_VERSION.matcher(apiVersion).matches()) {
            throw AccountBody.invalid(
                    "azure.api_version", "expected: a date, such as 2024-10-21, or null for the v1 API");
        }
        return new Azure(apiVersion, names(), entra());
    }

    private Map<String, String> names() {
        if (deployments == null) {
            return Map.of();
        }
        if (apiVersion == null && !deployments.isEmpty()) {
            throw AccountBody.invalid(
                    "azure.deployments",
                    "expected: an api_version beside them; in the v1 API models are called by their deployments' names");
        }
        if (deployments.size() > DEPLOYMENTS_MAX) {
            throw AccountBody.invalid(
                    "azure.deployments", deployments.size() + " (expected: at most " + DEPLOYMENTS_MAX + ")");
        }
        Map<String, String> names = new HashMap<>();
        deployments.forEach(
                (model, deployment) -> names.put(model, Labels.read("azure.deployments", deployment, Labels.NAME)));
        return names;
    }

    private @Nullable EntraClient entra() {
        if (tenantId == null && clientId == null) {
            return null;
        }
        return new EntraClient(directoryId("azure.tenant_id", tenantId), directoryId("azure.client_id", clientId));
    }

    private static String directoryId(String member, @Nullable String given) {
        if (given == null || !DIRECTORY_ID.matcher(given).matches()) {
            throw AccountBody.invalid(member, "expected: an id of Microsoft Entra ID; tenant and client, or neither");
        }
        return given;
    }
}
