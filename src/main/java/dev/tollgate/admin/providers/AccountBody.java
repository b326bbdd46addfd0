package dev.tollgate.admin.providers;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Account.Use;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.provider.AccountRecord.Azure;
import dev.tollgate.provider.AccountRecord.Disabled;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ServedModels;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a request says of an account. A component that is null was left out. */
@Schema(example = """
        {"organization_id": "org_4fk2m9x0q7ab", "name": "Our OpenAI", "provider": "openai", "credential": "sk-proj-…",
         "weight": 100, "models": ["gpt-*"], "regions": []}
        """)
public record AccountBody(
        @Schema(description = "Who pays, for good; by default the token's organization, or the platform.") @Nullable
        String organizationId,

        @Schema(description = "The client that alone may use it, for good; none by default.") @Nullable
        String clientId,

        @Schema(description = "For people, 1 to 200 characters. Required of what is new.", maxLength = 200) @Nullable
        String name,

        @Schema(description = "One of docs/providers.md, for good. Required of what is new.") @Nullable
        String provider,

        @Schema(
                description = "Where it is found; null is the provider's own place. With another one the credential"
                        + " must be given again.")
        @Nullable
        Optional<String> baseUrl,

        @Schema(description = "Azure OpenAI alone.") @Nullable
        Optional<AzureBody> azure,

        @Schema(
                description =
                        "The key, or the client's secret. It is stored encrypted, and no answer has it. Null takes"
                                + " it away.")
        @Nullable
        Optional<String> credential,

        @Schema(description = "Its share of requests among accounts of one owner at one provider: 1 to 1,000.")
        @Nullable
        Integer weight,

        @Schema(description = "The models it is for: names, or beginnings with a star, up to 100; null or none is all.")
        @Nullable
        Optional<List<@Nullable String>> models,

        @Schema(description = "Where the provider runs it, as it calls them; up to 20.") @Nullable
        List<@Nullable String> regions,

        @Schema(description = "False takes it out of use; true takes it into use again.") @Nullable
        Boolean enabled,

        @Schema(description = "Why it is disabled; up to 200 characters.") @Nullable
        String disabledReason,

        @Schema(
                description =
                        "Whether requests go over the next account that is open to them while this one can't be used;"
                                + " false by default, which refuses them.")
        @Nullable
        Boolean standIn,

        @Schema(
                description =
                        "Whether the provider is asked about the credential before it is stored; true by default.")
        @Nullable
        Boolean check) {
    private static final int NAME_LENGTH_MAX = 200;
    private static final int URL_LENGTH_MAX = 2_048;
    private static final int CREDENTIAL_LENGTH_MAX = 4_096;
    private static final int MODELS_MAX = 100;
    private static final int REGIONS_MAX = 20;
    private static final int REASON_LENGTH_MAX = 200;

    /** Something new. */
    AccountRecord newRecord(String id, Owner owner, Provider at, Instant now) {
        AccountRecord blank = new AccountRecord(
                id,
                owner,
                Given.text("name", name, NAME_LENGTH_MAX),
                at.name(),
                /* baseUrl= */ null,
                at.azure() ? new Azure(null, Map.of(), null) : null,
                /* credential= */ null,
                Use.ALL,
                /* standIn= */ false,
                /* disabled= */ null,
                now,
                now,
                /* version= */ 0);
        return changed(blank, at, now);
    }

    /** The account with what was given in place of what it was. */
    AccountRecord applyTo(AccountRecord base, Provider at, Instant now) {
        stays("organization_id", organizationId, base.owner().organizationId());
        stays("client_id", clientId, base.owner().clientId());
        stays("provider", provider, base.provider());
        return changed(base, at, now);
    }

    private AccountRecord changed(AccountRecord base, Provider at, Instant now) {
        AccountRecord changed = new AccountRecord(
                base.id(),
                base.owner(),
                name == null ? base.name() : Given.text("name", name, NAME_LENGTH_MAX),
                base.provider(),
                baseUrl == null ? base.baseUrl() : baseUrl.orElse(null),
                azure == null ? base.azure() : givenAzure(at),
                base.credential(),
                new Use(
                        weight == null ? base.use().weight() : givenWeight(weight),
                        models == null
                                ? base.use().models()
                                : new ServedModels(
                                        Labels.read("models", models.orElse(List.of()), MODELS_MAX, Labels.PATTERN)),
                        regions == null
                                ? base.use().regions()
                                : Labels.read("regions", regions, REGIONS_MAX, Labels.NAME)),
                standIn == null ? base.standIn() : standIn,
                disabled(base, now),
                base.createdAt(),
                base.updatedAt(),
                base.version());
        mustHavePlace(changed, at);
        return changed;
    }

    /** The credential that was given, if one was. */
    @Nullable
    String givenCredential() {
        String secret = credential == null ? null : credential.orElse(null);
        if (secret != null
                && (secret.length() > CREDENTIAL_LENGTH_MAX
                        || !Labels.NAME.matcher(secret).matches())) {
            throw invalid("credential", "expected: 1 to " + CREDENTIAL_LENGTH_MAX + " visible characters of ASCII");
        }
        return secret;
    }

    boolean takesCredentialAway() {
        return credential != null && credential.isEmpty();
    }

    boolean wantsCheck() {
        return check == null || check;
    }

    private @Nullable Disabled disabled(AccountRecord base, Instant now) {
        if (enabled == null || enabled == base.isEnabled()) {
            return base.disabled();
        }
        String why = disabledReason == null
                ? "by an administrator"
                : Given.text("disabled_reason", disabledReason, REASON_LENGTH_MAX);
        return enabled ? null : new Disabled(why, now, /* refused= */ false);
    }

    private Azure givenAzure(Provider at) {
        if (!at.azure()) {
            throw invalid("azure", "the provider is " + at.label() + " (expected: left out)");
        }
        AzureBody given = azure == null ? null : azure.orElse(null);
        return given == null ? new Azure(null, Map.of(), null) : given.read();
    }

    private static int givenWeight(int given) {
        if (given < 1 || given > Use.WEIGHT_MAX) {
            throw invalid("weight", given + " (expected: 1.." + Use.WEIGHT_MAX + ")");
        }
        return given;
    }

    private static void mustHavePlace(AccountRecord account, Provider at) {
        if (account.baseUrl() != null && account.baseUrl().length() > URL_LENGTH_MAX) {
            throw invalid("base_url", "expected: up to " + URL_LENGTH_MAX + " characters");
        }
        try {
            account.url(at);
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, String.valueOf(e.getMessage()), "base_url");
        }
    }

    private static void stays(String member, @Nullable String given, @Nullable String is) {
        if (given != null && !given.equals(is)) {
            throw invalid(member, "stays what it is (expected: left out)");
        }
    }

    static Problem invalid(String member, String message) {
        return new Problem(ProblemCode.INVALID_VALUE, member + ": " + message, member);
    }
}
