package dev.tollgate.access.pg;

import dev.tollgate.access.AuditLine;
import dev.tollgate.access.Principal;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of administration: a transaction, who makes it, and what the audit log will say of it. Stores of features
 * take part in it by {@link #connection()}. Used by one thread.
 */
public final class Change {
    private final SqlConnection connection;
    private final Principal principal;
    private final List<AuditLine> lines = new ArrayList<>();
    private boolean unchanged;

    Change(SqlConnection connection, Principal principal) {
        this.connection = connection;
        this.principal = principal;
    }

    /** The transaction's connection. It commits when the change's future succeeds. */
    public SqlConnection connection() {
        return connection;
    }

    public Principal principal() {
        return principal;
    }

    /** Adds a line to the audit log, written last and committed with the change. A change without one fails. */
    public void record(AuditLine line) {
        lines.add(line);
    }

    /** The same in one call; see {@link AuditLine}. */
    public void record(
            String action,
            String objectType,
            String objectId,
            @Nullable String organizationId,
            @Nullable JsonObject before,
            @Nullable JsonObject after) {
        record(new AuditLine(action, objectType, objectId, organizationId, before, after));
    }

    /** Says that everything is as it was, so that there is nothing to record. */
    public void nothingChanged() {
        unchanged = true;
    }

    /** What is to be written. */
    List<AuditLine> lines() {
        if (lines.isEmpty() && !unchanged) {
            throw new IllegalStateException("a change that records nothing (expected: record, or nothingChanged)");
        }
        return lines;
    }
}
