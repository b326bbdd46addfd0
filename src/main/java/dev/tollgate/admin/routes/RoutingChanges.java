package dev.tollgate.admin.routes;

import dev.tollgate.access.Answer;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.routing.Catalogue;
import dev.tollgate.routing.Declaration;
import dev.tollgate.routing.Definitions;
import dev.tollgate.routing.RouteCheck;
import dev.tollgate.routing.Routes;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.RoutingKind;
import dev.tollgate.routing.RoutingRecord;
import dev.tollgate.routing.pg.PgRoutes;
import dev.tollgate.routing.pg.PgRoutes.Locked;
import dev.tollgate.routing.pg.RouteFeed;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes routes, and how tiers are routed. A change is held against all that there is, the file's own
 * included, and answered when it is in force in this process; other replicas follow within a second.
 */
@Singleton
public class RoutingChanges {
    private static final long PATIENCE_SECONDS = 5;
    private static final int PROBLEMS_TOLD_MAX = 10;

    private final AdminRequest admin;
    private final PgRoutes store;
    private final RouteFeed feed;
    private final RoutesInForce routes;
    private final Catalogue catalogue;

    public RoutingChanges(
            AdminRequest admin, PgRoutes store, RouteFeed feed, RoutesInForce routes, Catalogue catalogue) {
        this.admin = admin;
        this.store = store;
        this.feed = feed;
        this.routes = routes;
        this.catalogue = catalogue;
    }

    /** What is declared and what is stored, by name; the file's own hides what is stored under its name. */
    Uni<Page<RoutingView>> list(RoutingKind kind, Page.Wanted wanted) {
        return AdminRequest.uni(() -> store.list(kind)).map(stored -> {
            TreeMap<String, RoutingView> all = new TreeMap<>();
            stored.forEach(record -> all.put(record.name(), RoutingView.of(record)));
            Declaration declaration = routes.declaration();
            declaration
                    .all(kind)
                    .forEach((name, item) -> all.put(name, RoutingView.of(name, item, declaration.file())));
            List<RoutingView> rows = all.tailMap(wanted.cursor(), /* inclusive= */ false).values().stream()
                    .limit(wanted.rows())
                    .toList();
            return Page.of(wanted, rows, view -> view, RoutingView::name);
        });
    }

    Uni<Response> get(RoutingKind kind, String name) {
        Declaration declaration = routes.declaration();
        Declaration.Item declared = declaration.find(kind, name);
        if (declared != null) {
            return admin.answer(
                    () -> Future.succeededFuture(answer(RoutingView.of(name, declared, declaration.file()))));
        }
        return admin.answer(() -> store.find(kind, name).map(found -> {
            RoutingRecord record =
                    found.filter(each -> each.definition() != null).orElseThrow(() -> unknown(kind, name));
            return answer(RoutingView.of(record));
        }));
    }

    Uni<Page<RoutingView>> versions(RoutingKind kind, String name, Page.Wanted wanted) {
        long before;
        try {
            before = wanted.cursor().isEmpty() ? Long.MAX_VALUE : Long.parseLong(wanted.cursor());
        } catch (NumberFormatException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }
        return AdminRequest.uni(() -> store.versions(kind, name, before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, RoutingView::of, record -> Long.toString(record.version())));
    }

    /** Puts a definition under a name, in place of what is there. */
    Uni<Response> put(RoutingKind kind, String name, JsonObject definition) {
        return change("put", kind, name, (_, _) -> Future.succeededFuture(Optional.of(definition)));
    }

    Uni<Response> remove(RoutingKind kind, String name) {
        return change("remove", kind, name, (_, before) -> {
            if (before == null || before.definition() == null) {
                throw unknown(kind, name);
            }
            return Future.succeededFuture(Optional.empty());
        });
    }

    /** Has an earlier version hold again, as a new one. */
    Uni<Response> restore(RoutingKind kind, String name, long version) {
        return change(
                "restore",
                kind,
                name,
                (change, _) -> store.version(change, kind, name, version)
                        .map(found -> Optional.ofNullable(found.orElseThrow(() -> new Problem(
                                        ProblemCode.OBJECT_NOT_FOUND,
                                        "version: there is no " + version + " of " + named(kind, name),
                                        "version"))
                                .definition())));
    }

    /** What is to be under a name, knowing what is; empty removes it. */
    private interface Edit {
        Future<Optional<JsonObject>> of(Change change, @Nullable RoutingRecord before);
    }

    private Uni<Response> change(String verb, RoutingKind kind, String name, Edit edit) {
        mustNotBeDeclared(kind, name);
        IfMatch ifMatch = admin.ifMatch();
        return admin.change(change -> store.lock(change).compose(locked -> {
                    RoutingRecord before = locked.find(kind, name);
                    ifMatch.mustBe(before == null || before.definition() == null ? 0 : before.version());
                    return edit.of(change, before).compose(wanted -> {
                        JsonObject definition = wanted.orElse(null);
                        JsonObject was = before == null ? null : before.definition();
                        if (before != null && (definition == null ? was == null : definition.equals(was))) {
                            change.nothingChanged();
                            return Future.succeededFuture(answer(before));
                        }
                        mustFit(locked, kind, name, definition);
                        return store.write(change, locked, kind, name, definition)
                                .map(after -> {
                                    change.record(kind.label() + "." + verb, type(kind), name, null, was, definition);
                                    return answer(after);
                                });
                    });
                }))
                .call(() -> AdminRequest.uni(this::inForce));
    }

    private static Answer answer(RoutingRecord record) {
        return record.definition() == null ? Answer.noContent() : answer(RoutingView.of(record));
    }

    private static Answer answer(RoutingView view) {
        return Answer.ok(AdminJson.object(view)).withVersion(view.version());
    }

    private void mustNotBeDeclared(RoutingKind kind, String name) {
        Declaration declaration = routes.declaration();
        Declaration.Item declared = declaration.find(kind, name);
        if (declared != null) {
            throw new Problem(
                    ProblemCode.DECLARED_IN_FILE,
                    "The " + named(kind, name) + " is declared in " + declaration.file() + " (" + declared.place()
                            + "), and changed there.");
        }
    }

    /** Refuses what is wrong with all of them because of this change, and only that. */
    private void mustFit(Locked locked, RoutingKind kind, String name, @Nullable JsonObject definition) {
        RoutingRecord changed = new RoutingRecord(kind, name, 0, definition, Instant.EPOCH, "");
        if (definition != null) {
            mustBeUnderstood(kind, name, definition);
        }
        List<RoutingRecord> others = new ArrayList<>(locked.records());
        RoutingRecord was = locked.find(kind, name);
        if (was != null && definition != null) {
            others.remove(was);
        }
        List<RoutingRecord> after = new ArrayList<>(others);
        after.remove(was);
        after.add(changed);
        List<String> wrong = new ArrayList<>(check(after, kind, name));
        wrong.removeAll(check(others, kind, name));
        if (!wrong.isEmpty()) {
            String told = String.join("; ", wrong.subList(0, Math.min(wrong.size(), PROBLEMS_TOLD_MAX)));
            throw definition == null
                    ? new Problem(ProblemCode.CONFLICT, "The " + named(kind, name) + " is in use: " + told)
                    : invalid(told);
        }
    }

    private List<String> check(List<RoutingRecord> records, RoutingKind kind, String name) {
        Routes all =
                Definitions.of(records, (_, _) -> {}).with(routes.declaration().routes());
        return RouteCheck.of(
                all,
                catalogue,
                route -> kind == RoutingKind.ROUTE && route.equals(name) ? "" : "route " + route + ": ",
                tier -> kind == RoutingKind.TIER && tier.equals(name) ? "" : "tier " + tier + ": ");
    }

    private static void mustBeUnderstood(RoutingKind kind, String name, JsonObject definition) {
        try {
            switch (kind) {
                case ROUTE -> Definitions.route(name, definition, /* version= */ "");
                case TIER -> Definitions.tier(name, definition);
            }
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /** A message begins with the place, which is the problem's parameter. */
    private static Problem invalid(String message) {
        int place = message.indexOf(": ");
        return new Problem(ProblemCode.INVALID_VALUE, message, place < 0 ? null : message.substring(0, place));
    }

    /** What was committed is done, also where this process can't read it again at once. */
    private Future<Integer> inForce() {
        return feed.refresh().timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    private static Problem unknown(RoutingKind kind, String name) {
        return new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no " + named(kind, name) + ".");
    }

    private static String named(RoutingKind kind, String name) {
        return switch (kind) {
            case ROUTE -> "route " + name;
            case TIER -> "routing of tier " + name;
        };
    }

    private static String type(RoutingKind kind) {
        return switch (kind) {
            case ROUTE -> "route";
            case TIER -> "tier_routing";
        };
    }
}
