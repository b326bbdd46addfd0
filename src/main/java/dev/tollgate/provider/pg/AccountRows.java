package dev.tollgate.provider.pg;

import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Account.Use;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.provider.AccountRecord.Azure;
import dev.tollgate.provider.AccountRecord.CredentialNote;
import dev.tollgate.provider.AccountRecord.Disabled;
import dev.tollgate.provider.AccountRecord.EntraClient;
import dev.tollgate.provider.ServedModels;
import dev.tollgate.vault.SealedColumn;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Columns of accounts, and what they mean. */
final class AccountRows {
    static final SealedColumn CREDENTIAL = new SealedColumn("provider_account", "credential");

    private AccountRows() {}

    static AccountRecord record(Row row) {
        Instant setAt = instant(row, "credential_set_at");
        Instant disabledAt = instant(row, "disabled_at");
        return new AccountRecord(
                row.getString("id"),
                new Owner(row.getString("organization_id"), row.getString("client_id")),
                row.getString("name"),
                row.getString("provider"),
                row.getString("base_url"),
                azure(row.get(JsonObject.class, "azure")),
                setAt == null ? null : new CredentialNote(row.getString("credential_last4"), setAt),
                new Use(
                        row.getInteger("weight"),
                        new ServedModels(List.of(row.getArrayOfStrings("models"))),
                        List.of(row.getArrayOfStrings("regions"))),
                row.getBoolean("stand_in"),
                disabledAt == null
                        ? null
                        : new Disabled(row.getString("disabled_reason"), disabledAt, row.getBoolean("refused")),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("version"));
    }

    private static @Nullable Azure azure(@Nullable JsonObject json) {
        if (json == null) {
            return null;
        }
        Map<String, String> deployments = new HashMap<>();
        json.getJsonObject("deployments", new JsonObject())
                .forEach(each -> deployments.put(each.getKey(), String.valueOf(each.getValue())));
        String tenant = json.getString("tenant_id");
        return new Azure(
                json.getString("api_version"),
                deployments,
                tenant == null ? null : new EntraClient(tenant, json.getString("client_id")));
    }

    static @Nullable JsonObject json(@Nullable Azure azure) {
        if (azure == null) {
            return null;
        }
        JsonObject deployments = new JsonObject();
        azure.deployments().forEach(deployments::put);
        JsonObject json =
                new JsonObject().put("api_version", azure.apiVersion()).put("deployments", deployments);
        if (azure.entra() != null) {
            json.put("tenant_id", azure.entra().tenantId())
                    .put("client_id", azure.entra().clientId());
        }
        return json;
    }

    static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }
}
