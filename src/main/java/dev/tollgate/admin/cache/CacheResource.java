package dev.tollgate.admin.cache;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheUse;
import dev.tollgate.cache.pg.CacheNews;
import dev.tollgate.cache.pg.PgCacheUse;
import dev.tollgate.cache.pg.PgDrops;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** What is cached: dropped by hand, and what it has saved. */
@Path("/admin/v1/cache")
@Produces(MediaType.APPLICATION_JSON)
public final class CacheResource {
    private static final String TYPE = "cache";
    private static final String OBJECT = "answers";
    private static final int NAME_LENGTH_MAX = 256;
    private static final long REMOVAL_SECONDS = 10;
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{" + 2 * CacheKey.DIGEST_BYTES + "}");

    private final AdminRequest admin;
    private final AnswerCache cache;
    private final CacheNews news;
    private final PgCacheUse use;
    private final InstantSource clock;

    public CacheResource(AdminRequest admin, AnswerCache cache, CacheNews news, PgCacheUse use, InstantSource clock) {
        this.admin = admin;
        this.cache = cache;
        this.news = news;
        this.use = use;
        this.clock = clock;
    }

    /** Recorded and told to all replicas first; what is removed then is only cleaning up. */
    @DELETE
    @Requires(Permission.CACHE_WRITE)
    @Operation(
            summary = "Drop cached answers",
            description = "Those for which all holds that is given; without anything, all that are in reach. No answer"
                    + " that is meant is given any more: at once by the process that answers, within a second by all"
                    + " others. Requests that are under way may still be cached.")
    @APIResponseSchema(DropView.class)
    public Uni<Response> drop(
            @QueryParam("organization_id") @Nullable String organizationId,
            @QueryParam("client_id") @Nullable String clientId,
            @Parameter(description = "A pool that several organizations share.") @QueryParam("pool") @Nullable
                    String pool,
            @Parameter(description = "The route that was taken.") @QueryParam("route") @Nullable String route,
            @Parameter(description = "As it was asked for, run, or named by the provider.")
                    @QueryParam("model")
                    @Nullable
                    String model,
            @Parameter(description = "Answers that are older.") @QueryParam("stored_before") @Nullable
                    String storedBefore,
            @Parameter(description = "The SHA-256 that one answer is found by, in hexadecimal.")
                    @QueryParam("key")
                    @Nullable
                    String key) {
        Instant now = clock.instant();
        Instant before = Optional.ofNullable(time("stored_before", storedBefore))
                .filter(given -> given.isBefore(now))
                .orElse(now);
        CacheSelection selection = new CacheSelection(
                name("organization_id", admin.principal().scope(organizationId)),
                name("client_id", clientId),
                name("pool", pool),
                name("route", route),
                name("model", model),
                before.toEpochMilli(),
                digest(key));
        Uni<Response> removed = admin.answer(() -> remove(selection)
                .map(count -> Answer.ok(AdminJson.object(DropView.of(selection, count.orElse(null))))));
        return admin.change(change -> PgDrops.add(change, selection).map(_ -> {
                    change.record(
                            TYPE + ".drop",
                            TYPE,
                            OBJECT,
                            selection.organizationId(),
                            null,
                            AdminJson.object(DropView.of(selection, null)));
                    return Answer.noContent();
                }))
                .flatMap(_ -> removed);
    }

    private Future<Optional<Long>> remove(CacheSelection selection) {
        return news.refresh()
                .timeout(REMOVAL_SECONDS, TimeUnit.SECONDS)
                .compose(_ -> cache.drop(selection).timeout(REMOVAL_SECONDS, TimeUnit.SECONDS))
                .map(Optional::of)
                .otherwise(Optional.empty());
    }

    @GET
    @Path("stats")
    @Requires(Permission.CACHE_READ)
    @Operation(
            summary = "Get what the cache has done",
            description = "For the requests of a period, by the ledger; and, for administrators of the platform, what"
                    + " the tiers of the process that answers were asked since its start and what they hold.")
    public Uni<CacheStatsView> stats(
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "By default the day before `to`.") @QueryParam("from") @Nullable String from,
            @Parameter(description = "By default now; at most 31 days after `from`.") @QueryParam("to") @Nullable
                    String to,
            @Parameter(description = "Some of `organization_id`, `route` and `feature`, with commas between them.")
                    @QueryParam("group_by")
                    @Nullable
                    String groupBy) {
        Principal principal = admin.principal();
        String of = name("organization_id", principal.scope(organizationId));
        Instant end = Optional.ofNullable(time("to", to)).orElse(clock.instant());
        Instant begin = Optional.ofNullable(time("from", from)).orElse(end.minus(DAY));
        if (!begin.isBefore(end) || Duration.between(begin, end).compareTo(LONGEST) > 0) {
            throw new Problem(ProblemCode.INVALID_VALUE, "from: not within 31 days before to", "from");
        }
        List<CacheUse.By> groups = groups(groupBy);
        return AdminRequest.uni(() -> use.of(begin, end, of, groups))
                .map(rows -> CacheStatsView.of(
                        begin, end, groups, rows, principal.reachesAll() ? cache.statistics() : List.of()));
    }

    private static List<CacheUse.By> groups(@Nullable String groupBy) {
        if (groupBy == null || groupBy.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(groupBy.split(",", -1))
                .map(label -> CacheUse.By.of(label)
                        .orElseThrow(() -> new Problem(
                                ProblemCode.INVALID_VALUE,
                                "group_by: expected some of "
                                        + Arrays.stream(CacheUse.By.values())
                                                .map(CacheUse.By::label)
                                                .collect(Collectors.joining(", ")),
                                "group_by")))
                .distinct()
                .toList();
    }

    private static @Nullable Instant time(String parameter, @Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    parameter + ": no time (expected: one such as 2026-11-01T00:00:00Z)",
                    parameter);
        }
    }

    private static @Nullable String name(String parameter, @Nullable String text) {
        if (text != null && (text.isEmpty() || text.length() > NAME_LENGTH_MAX || text.indexOf('\0') >= 0)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    parameter + ": expected: 1 to " + NAME_LENGTH_MAX + " characters, none of them NUL",
                    parameter);
        }
        return text;
    }

    private static @Nullable String digest(@Nullable String key) {
        if (key != null && !DIGEST.matcher(key).matches()) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, "key: expected: 64 hexadecimal digits, in small letters", "key");
        }
        return key;
    }
}
