package dev.tollgate.reports;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What entries of the ledger are chosen by, beside time, tags and money. */
public enum EntryFilter {
    ORGANIZATION("organization_id"),
    CLIENT("client_id"),
    KEY("key_id"),
    FEATURE("feature"),
    /** As it is stored: a keyed hash. */
    END_USER("end_user"),
    /** As asked for. */
    MODEL("model_asked"),
    MODEL_SERVED("model_served"),
    PROVIDER("provider"),
    ACCOUNT("account_id"),
    PAYER("payer"),
    PURPOSE("purpose"),
    OPERATION("operation"),
    ROUTE("route"),
    ROUTE_VERSION("route_version"),
    ROUTE_CANDIDATE("route_candidate"),
    KIND("kind"),
    OUTCOME("outcome"),
    STATUS("status"),
    ERROR_CODE("error_code"),
    CALLER_REQUEST_ID("caller_request_id"),
    UPSTREAM_REQUEST_ID("upstream_request_id"),
    SIMULATED("simulated"),
    ESTIMATED("estimated");

    private final String column;

    EntryFilter(String column) {
        this.column = column;
    }

    public static Optional<EntryFilter> of(String label) {
        return Arrays.stream(values())
                .filter(filter -> filter.label().equals(label))
                .findFirst();
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The column of the ledger that it looks at. */
    public String column() {
        return column;
    }
}
