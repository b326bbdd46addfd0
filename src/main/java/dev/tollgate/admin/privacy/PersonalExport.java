package dev.tollgate.admin.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.access.AuditFilter;
import dev.tollgate.access.pg.PgAuditLog;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.AuditResource.LineView;
import dev.tollgate.reports.Entry;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryPosition;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.pg.PgEntries;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All that is stored of somebody, an object a line: {@code {"kind": …, "data": …}}. Pages of a thousand are asked for when
 * the client has taken those before. The last line says that it is complete.
 */
final class PersonalExport {
    private static final int AT_ONCE = 1_000;

    private final PgEntries entries;
    private final PgAuditLog audit;

    PersonalExport(PgEntries entries, PgAuditLog audit) {
        this.entries = entries;
        this.audit = audit;
    }

    /** Chunks of the body: first lines that are known already, then the ledger's, then the audit log's. */
    Multi<byte[]> of(List<String> first, Map<EntryFilter, List<String>> ledger, List<AuditFilter> changes) {
        List<Multi<String>> parts = new ArrayList<>();
        parts.add(Multi.createFrom().iterable(first));
        parts.add(entries(ledger));
        changes.forEach(filter -> parts.add(lines(filter)));
        parts.add(Multi.createFrom().item(line("end", "{\"complete\":true}")));
        return Multi.createBy().concatenating().streams(parts).map(text -> text.getBytes(UTF_8));
    }

    static String line(String kind, String json) {
        return "{\"kind\":\"" + kind + "\",\"data\":" + json + "}\n";
    }

    private Multi<String> entries(Map<EntryFilter, List<String>> ledger) {
        AtomicReference<@Nullable EntryPosition> after = new AtomicReference<>();
        return Multi.createBy()
                .repeating()
                .uni(() -> page(ledger, after.get()).invoke(page -> {
                    if (!page.isEmpty()) {
                        after.set(page.getLast().position());
                    }
                }))
                .whilst(page -> page.size() == AT_ONCE)
                .map(page -> {
                    StringBuilder text = new StringBuilder();
                    page.forEach(entry -> text.append(line("ledger_entry", entry.json())));
                    return text.toString();
                });
    }

    private Uni<List<Entry>> page(Map<EntryFilter, List<String>> ledger, @Nullable EntryPosition after) {
        EntryQuestion question =
                new EntryQuestion(null, null, null, ledger, Map.of(), null, /* oldestFirst= */ true, after);
        return AdminRequest.uni(() -> entries.find(question, AT_ONCE));
    }

    private Multi<String> lines(AuditFilter filter) {
        AtomicReference<Long> before = new AtomicReference<>(Long.MAX_VALUE);
        return Multi.createBy()
                .repeating()
                .uni(() -> AdminRequest.uni(() -> audit.newest(filter, before.get(), AT_ONCE))
                        .invoke(page -> {
                            if (!page.isEmpty()) {
                                before.set(page.getLast().seq());
                            }
                        }))
                .whilst(page -> page.size() == AT_ONCE)
                .map(page -> {
                    StringBuilder text = new StringBuilder();
                    page.forEach(row -> text.append(line("audit_line", json(LineView.of(row)))));
                    return text.toString();
                });
    }

    private static String json(LineView view) {
        JsonObject object = AdminJson.object(view);
        return object.encode();
    }
}
