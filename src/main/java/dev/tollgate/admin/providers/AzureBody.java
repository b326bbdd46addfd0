package dev.tollgate.admin.providers;

import java.util.Map;
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
        String clientId) {}
