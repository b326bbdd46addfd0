package dev.tollgate.gateway;

import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.wire.openai.RequestBody;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says whom a request comes from: what its key is bound to, and what headers and body add to that. */
final class Origins {
    private static final int END_USER_MAX = 512;

    private final EndUsers endUsers;

    Origins(EndUsers endUsers) {
        this.endUsers = endUsers;
    }

    /** Whom an identified request comes from; looked at once, when it was read. */
    Attribution of(Exchange exchange) {
        Attribution known = exchange.attributionOrNull();
        if (known != null) {
            return known;
        }
        List<String> flags = new ArrayList<>(0);
        Attribution found = new Attribution(of(exchange, flags), flags);
        if (exchange.bodyOrNull() != null) {
            exchange.attributed(found);
        }
        return found;
    }

    private Origin of(Exchange exchange, List<String> flags) {
        Caller caller = exchange.caller();
        Labels labels = Labels.of(exchange.header("x-tollgate-feature"), exchange.header("x-tollgate-tags"));
        flags.addAll(labels.flags());
        return of(caller, labels, endUser(exchange, caller.organizationId(), flags));
    }

    /** What the key is bound to beats what headers say. */
    static Origin of(Caller caller, Labels labels, @Nullable String endUser) {
        return new Origin(
                caller.organizationId(),
                caller.clientId(),
                caller.keyId(),
                caller.feature() != null ? caller.feature() : labels.feature(),
                caller.tier(),
                endUser,
                tags(caller.tags(), labels.tags()));
    }

    private static Map<String, String> tags(Map<String, String> bound, Map<String, String> said) {
        if (bound.isEmpty() || said.isEmpty()) {
            return bound.isEmpty() ? said : bound;
        }
        Map<String, String> tags = new LinkedHashMap<>(said);
        tags.putAll(bound);
        return tags;
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
