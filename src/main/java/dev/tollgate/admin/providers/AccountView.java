package dev.tollgate.admin.providers;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.provider.AccountRecord.Azure;
import dev.tollgate.provider.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** An account, of whose credential no more is shown than how it ends. */
@Schema(example = """
        {"id": "acc_3k9d7s1m5q2x", "origin": "database", "organization_id": "org_4fk2m9x0q7ab", "client_id": null,
         "owner": "organization", "name": "Our OpenAI", "provider": "openai", "base_url": "https://api.openai.com/v1",
         "azure": null, "credential": {"last4": "a8Zq", "set_at": "2026-11-21T12:00:00.123456Z"}, "weight": 100,
         "models": ["gpt-*"], "regions": [], "stand_in": false, "enabled": true, "disabled_reason": null, "disabled_at": null,
         "problem": null, "created_at": "2026-11-21T12:00:00.123456Z", "updated_at": "2026-11-21T12:00:00.123456Z"}
        """)
public record AccountView(
        String id,

        @Schema(
                description = "`environment` and `simulated` ones can't be changed here.",
                enumeration = {"database", "environment", "simulated"})
        String origin,

        @Schema(description = "Who pays; null is the platform, which shares it among all.") @Nullable
        String organizationId,

        @Schema(description = "The client that alone may use it.") @Nullable
        String clientId,

        @Schema(enumeration = {"platform", "organization", "client"})
        String owner,

        String name,
        String provider,
        String baseUrl,
        @Nullable AzureBody azure,

        @Schema(description = "Null where there is none, or none that administration knows of.") @Nullable
        CredentialView credential,

        int weight,

        @Schema(description = "Names, or beginnings with a star; none is all.")
        List<String> models,

        List<String> regions,

        @Schema(description = "Whether requests go over the next account while this one can't be used.")
        boolean standIn,

        boolean enabled,
        @Nullable String disabledReason,
        @Nullable Instant disabledAt,

        @Schema(description = "Why it is not used by the replica that answers, though it is enabled.") @Nullable
        String problem,

        @Nullable Instant createdAt,
        @Nullable Instant updatedAt) {
    static final String ENVIRONMENT = "environment";
    static final String SIMULATED = "simulated";

    /** What is shown of a credential. */
    public record CredentialView(
            @Schema(description = "Its last four characters; nothing of a short one.")
            String last4,

            Instant setAt) {}

    static AccountView of(AccountRecord account, Provider at, @Nullable String problem) {
        var credential = account.credential();
        var disabled = account.disabled();
        return new AccountView(
                account.id(),
                "database",
                account.owner().organizationId(),
                account.owner().clientId(),
                owner(account.owner()),
                account.name(),
                account.provider(),
                account.url(at).toString(),
                azure(account.azure()),
                credential == null ? null : new CredentialView(credential.last4(), credential.setAt()),
                account.use().weight(),
                account.use().models().patterns(),
                account.use().regions(),
                account.standIn(),
                account.isEnabled(),
                disabled == null ? null : disabled.reason(),
                disabled == null ? null : disabled.at(),
                problem,
                account.createdAt(),
                account.updatedAt());
    }

    /** One that the environment gives. */
    static AccountView of(Account given) {
        return new AccountView(
                given.id(),
                given.simulated() ? SIMULATED : ENVIRONMENT,
                given.owner().organizationId(),
                given.owner().clientId(),
                owner(given.owner()),
                given.id(),
                given.provider(),
                given.baseUrl().toString(),
                /* azure= */ null,
                /* credential= */ null,
                given.use().weight(),
                given.use().models().patterns(),
                given.use().regions(),
                /* standIn= */ false,
                /* enabled= */ true,
                /* disabledReason= */ null,
                /* disabledAt= */ null,
                /* problem= */ null,
                /* createdAt= */ null,
                /* updatedAt= */ null);
    }

    private static String owner(Account.Owner owner) {
        return owner.clientId() != null ? "client" : owner.organizationId() != null ? "organization" : "platform";
    }

    private static @Nullable AzureBody azure(@Nullable Azure azure) {
        return azure == null
                ? null
                : new AzureBody(
                        azure.apiVersion(),
                        Map.copyOf(azure.deployments()),
                        azure.entra() == null ? null : azure.entra().tenantId(),
                        azure.entra() == null ? null : azure.entra().clientId());
    }
}
