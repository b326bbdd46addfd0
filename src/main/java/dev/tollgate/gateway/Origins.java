package dev.tollgate.gateway;

import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.wire.openai.RequestBody;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says whom a request comes from: what its key is bound to, and what headers and body add to that. */
final class Origins {
    private static final int END_USER_MAX = 512;

    private final EndUsers endUsers;

    Origins(EndUsers endUsers) {
        this.endUsers = endUsers;
    }

    /** The origin of an identified request; adds to {@code flags} what was dropped of it. */
    Origin of(Exchange exchange, List<String> flags) {
        Caller caller = exchange.caller();
        Labels labels = Labels.of(exchange.header("x-tollgate-feature"), exchange.header("x-tollgate-tags"));
        flags.addAll(labels.flags());
        return new Origin(
                caller.organizationId(),
                /* clientId= */ null,
                caller.keyId(),
                labels.feature(),
                /* tier= */ null,
                endUser(exchange, caller.organizationId(), flags),
                labels.tags());
    }

    /** The hash of the user that the application named, in a header of ours or in the body as OpenAI has it. */
    private @Nullable String endUser(Exchange exchange, String organizationId, List<String> flags) {
        String header = exchange.header("x-tollgate-user");
        RequestBody body = exchange.bodyOrNull();
        String id = header != null
                ? Labels.utf8(header)
                : body == null ? null : body.facts().endUser();
        if (id == null || id.isBlank()) {
            return null;
        }
        if (id.length() > END_USER_MAX) {
            flags.add("dropped_end_user");
            return null;
        }
        return endUsers.hash(organizationId, id);
    }
}
