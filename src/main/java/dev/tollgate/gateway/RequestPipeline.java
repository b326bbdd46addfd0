package dev.tollgate.gateway;

import dev.tollgate.bounds.Bounds;
import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CachePolicy;
import dev.tollgate.gateway.http.BodyReader;
import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.ownership.ObjectOwners;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.ModelLists;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.UpstreamCounts;
import dev.tollgate.provider.UpstreamSettings;
import dev.tollgate.rating.DryRun;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.RetryBudget;
import dev.tollgate.routing.Router;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.tenancy.KeyUses;
import dev.tollgate.tenancy.Tenants;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** The life of one request, outermost stage first. {@code PipelineOrderTest} holds this order as a specification. */
public final class RequestPipeline {
    private RequestPipeline() {}

    /**
     * What the stages are made of.
     *
     * @param instanceId tells this process from others
     * @param inFlight calls that requests on all event loops may share
     * @param wholeBytesMax the largest JSON answer that is held until it is complete
     */
    public record Parts(
            Tenants tenants,
            KeyUses uses,
            SettingsInForce settings,
            DryRun dryRun,
            Accounts accounts,
            Routing routing,
            ObjectOwners owners,
            Journal journal,
            LedgerWriter ledger,
            EndUsers endUsers,
            Spending spending,
            Caching caching,
            KeepLedger.Observer observer,
            KeySpend.Source spend,
            UpstreamSettings upstreamSettings,
            GuardedHosts guardedHosts,
            UpstreamCounts upstreamCounts,
            AccountHealths accountHealths,
            CallsInFlight inFlight,
            InstantSource clock,
            boolean unmeteredAllowed,
            int wholeBytesMax,
            String instanceId) {}

    /**
     * What keeps spending within its budgets.
     *
     * @param tierOfNone holds for organizations that have no tier; null for none
     */
    public record Spending(
            RulesInForce rules,
            RateLimits rates,
            Budgets budgets,
            Bounds bounds,
            KeyLimits.Source standings,
            HoldBudget.Settings settings,
            @Nullable String tierOfNone) {}

    /**
     * What routes requests.
     *
     * @param jitter 0 to before 1, by chance
     */
    public record Routing(
            RoutesInForce routes,
            AccountPlaces places,
            Router router,
            RetryPolicy retryPolicy,
            RetryBudget retries,
            RetryCounts retryCounts,
            DoubleSupplier jitter) {}

    /**
     * What gives answers again.
     *
     * @param cache null where nothing is kept
     * @param policy what holds where nothing else is set
     * @param named which requests, for models and routes of names or beginnings with a star; the first that fits holds
     * @param pools the pool of each organization that has joined one
     * @param pace between two chunks of a stream that is given again; zero sends it at once
     */
    public record Caching(
            @Nullable AnswerCache cache,
            CachePolicy policy,
            SequencedMap<String, CachePolicy.Requests> named,
            Map<String, String> pools,
            Duration pace) {}

    /** What belongs to one event loop. */
    public record Loop(Context context, Lane lane, BodyReader bodies, Upstream upstream, ModelLists models) {}

    /** The pipeline of one event loop. */
    public static Pipeline of(Parts parts, Loop loop) {
        Accounting accounting = new Accounting(parts.accounts, parts.routing.retryPolicy.callersPayLost());
        Origins origins = new Origins(parts.endUsers);
        Spending spending = parts.spending;
        TraitsOf traits = new TraitsOf(origins, spending.tierOfNone);
        TierRoutes tiers = new TierRoutes(parts.routing.routes, spending.rules, traits);
        AccountRoom room = new AccountRoom(spending.rates);
        return Pipeline.of(
                new AnswerProblems(), // out: any problem becomes an OpenAI-shaped error
                new IdentifyCaller(parts.tenants, parts.uses, parts.clock), // in: key -> caller, from memory
                new KeepLedger( // out: exactly one entry
                        parts.journal, loop.lane, parts.ledger, accounting, origins, parts.observer),
                new ReadRequest( // in: bounded, one scan of the bytes
                        loop.bodies, parts.settings, tiers::defaultModel),
                new ApplySettings(), // in: from here on the request is what would be sent
                new EnforcePolicy(parts.unmeteredAllowed), // in: may this be asked at all?
                new AnswerLocally( // models, usage and limits end here
                        loop.models,
                        tiers,
                        new KeySpend(parts.spend, parts.clock),
                        new KeyLimits(
                                spending.rules,
                                traits,
                                spending.standings,
                                spending.settings.unboundedAllowed(),
                                parts.clock)),
                new LimitUse( // in: stops, size, time, rates, slots; out: correct and give back
                        spending.rules, spending.rates, traits, loop.context),
                new AnswerFromCache( // in: what was answered before; out: what may be given again is kept
                        parts.caching.cache,
                        new CacheRules(parts.caching),
                        new Replays(parts.caching.pace, parts.clock, loop.context),
                        parts.clock,
                        loop.context),
                new ShareCall( // in: one call for all that may share its answer; out: another, where it came to nothing
                        parts.inFlight,
                        loop.context,
                        parts.upstreamSettings.idleTimeout().toNanos()),
                new ChooseRoute( // in: what stands behind a route's name, and what a tier may use
                        parts.routing.routes, parts.routing.places, parts.routing.router, spending.budgets),
                new ChooseAccount( // in: an account that has room, and with it the price; out: the room is given back
                        parts.accounts, loop.models, room),
                new FailOver( // out: the next candidate of the route, or the same again, where one fails
                        failOver(parts, loop, room, accounting, origins), parts.routing.retryPolicy),
                new GuardObjects(parts.owners), // in: only one's own objects; out: new ones get an owner
                new HoldBudget( // in: the most that it may cost, of all budgets; out: settle
                        spending.budgets,
                        new WorstCase(spending.bounds, parts.accounts, loop.context),
                        spending.settings,
                        parts.clock,
                        loop.context),
                new AnswerDryRun(parts.dryRun, spending.standings, loop.context), // dry runs end here
                new CallProvider(
                        loop.upstream,
                        parts.upstreamSettings,
                        loop.context,
                        accounting,
                        parts.instanceId,
                        parts.wholeBytesMax)); // the call
    }

    private static FailOver.Parts failOver(
            Parts parts, Loop loop, AccountRoom room, Accounting accounting, Origins origins) {
        return new FailOver.Parts(
                parts.accounts,
                parts.routing.places,
                room,
                parts.routing.retries,
                parts.routing.retryCounts,
                accounting,
                new ExchangeRecord(origins),
                parts.clock,
                System::nanoTime,
                parts.routing.jitter,
                nanos -> pause(loop.context, nanos));
    }

    /** To be called on the event loop, where it completes, too. */
    private static Future<Void> pause(Context context, long nanos) {
        Promise<Void> over = Promise.promise();
        context.owner().setTimer(1 + TimeUnit.NANOSECONDS.toMillis(nanos), _ -> over.complete());
        return over.future();
    }
}
