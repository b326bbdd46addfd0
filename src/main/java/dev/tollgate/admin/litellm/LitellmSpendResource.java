package dev.tollgate.admin.litellm;

import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Entry;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.UsageRow;
import dev.tollgate.reports.pg.PgEntries;
import dev.tollgate.reports.pg.PgUsage;
import dev.tollgate.tenancy.KeyLabel;
import dev.tollgate.tenancy.pg.PgKeys;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What was spent, as scripts for LiteLLM read it: entry by entry, or summed by day. */
@Path("/spend")
@Produces(MediaType.APPLICATION_JSON)
public final class LitellmSpendResource {
    /** LiteLLM's logs come in one piece, so there is a most. */
    private static final int ROWS_MAX = 10_000;

    private final AdminRequest admin;
    private final KeyNames names;
    private final PgKeys keys;
    private final PgEntries entries;
    private final PgUsage usage;

    public LitellmSpendResource(AdminRequest admin, KeyNames names, PgKeys keys, PgEntries entries, PgUsage usage) {
        this.admin = admin;
        this.names = names;
        this.keys = keys;
        this.entries = entries;
        this.usage = usage;
    }

    @GET
    @Path("logs")
    @Requires(Permission.LEDGER_READ)
    @Operation(
            summary = "LiteLLM: read what was spent, entry by entry, or summed by day",
            description = "At most 10,000 rows; what has more is refused. Parameters and members are described in"
                    + " docs/litellm.md.")
    public Uni<String> logs(@Context UriInfo uri) {
        KnownParameters.check(uri.getQueryParameters(), SpendQuery.PARAMETERS);
        SpendQuery query = SpendQuery.of(uri.getQueryParameters());
        Principal principal = admin.principal();
        return AdminRequest.uni(() -> keys(principal, query)
                .compose(ids -> ids != null && ids.isEmpty()
                        ? Future.succeededFuture(List.of())
                        : query.isSummed() ? days(principal, query, ids) : rows(principal, query, ids))
                .map(AdminJson::text));
    }

    /** The ids of the keys that are asked for; null is all. */
    private Future<@Nullable Set<String>> keys(Principal principal, SpendQuery query) {
        Future<@Nullable Set<String>> ofKey = query.apiKey() == null
                ? Future.succeededFuture()
                : names.id("api_key", query.apiKey())
                        .compose(id -> keys.labels(List.of(id)))
                        .map(labels -> {
                            if (reached(principal, labels).isEmpty()) {
                                throw KeyNames.unknown("api_key");
                            }
                            return labels.keySet();
                        });
        if (query.userId() == null) {
            return ofKey;
        }
        String user = query.userId();
        return ofKey.compose(one -> keys.labelsOfOwner(user).map(labels -> {
            Set<String> both = reached(principal, labels);
            if (one != null) {
                both.retainAll(one);
            }
            return both;
        }));
    }

    private static Set<String> reached(Principal principal, Map<String, KeyLabel> labels) {
        Set<String> reached = new HashSet<>();
        labels.forEach((id, label) -> {
            if (principal.reaches(label.organizationId())) {
                reached.add(id);
            }
        });
        return reached;
    }

    private Future<List<?>> rows(Principal principal, SpendQuery query, @Nullable Set<String> ids) {
        Map<EntryFilter, List<String>> filters = new EnumMap<>(EntryFilter.class);
        if (ids != null) {
            filters.put(EntryFilter.KEY, List.copyOf(ids));
        }
        if (principal.organizationId() != null) {
            filters.put(EntryFilter.ORGANIZATION, List.of(principal.organizationId()));
        }
        EntryQuestion question = new EntryQuestion(
                query.from(), query.to(), query.requestId(), filters, Map.of(), null, /* oldestFirst= */ false, null);
        return entries.find(question, ROWS_MAX + 1).compose(found -> {
            mustFit(found.size());
            List<JsonObject> told =
                    found.stream().map(Entry::json).map(JsonObject::new).toList();
            Set<String> used =
                    told.stream().map(entry -> entry.getString("key_id")).collect(Collectors.toSet());
            return keys.labels(used)
                    .map(labels -> told.stream()
                            .map(entry -> SpendRow.of(entry, labels.get(entry.getString("key_id"))))
                            .toList());
        });
    }

    private Future<List<?>> days(Principal principal, SpendQuery query, @Nullable Set<String> ids) {
        Map<Dimension, List<String>> filters = new EnumMap<>(Dimension.class);
        if (ids != null) {
            filters.put(Dimension.KEY, List.copyOf(ids));
        }
        if (principal.organizationId() != null) {
            filters.put(Dimension.ORGANIZATION, List.of(principal.organizationId()));
        }
        UsageQuestion question = new UsageQuestion(
                query.days(),
                /* compares= */ false,
                List.of(new Grouping.By(Dimension.KEY), new Grouping.By(Dimension.MODEL)),
                filters,
                null,
                UsageQuestion.Order.BY_PERIOD,
                ROWS_MAX + 1,
                null);
        return usage.ask(question).compose(answer -> {
            List<UsageRow> rows = answer.rows();
            mustFit(rows.size());
            Set<String> used = rows.stream()
                    .map(row -> String.valueOf(row.groups().getFirst()))
                    .collect(Collectors.toSet());
            return keys.labels(used).map(labels -> SpendDays.of(query.days(), rows, labels));
        });
    }

    /** Nobody shall take a part for the whole. */
    private static void mustFit(int rows) {
        if (rows > ROWS_MAX) {
            throw KnownParameters.invalid(
                    "start_date",
                    "more than " + ROWS_MAX + " rows (expected: fewer, by start_date and end_date or api_key;"
                            + " /admin/v1/ledger/export has any number)");
        }
    }
}
