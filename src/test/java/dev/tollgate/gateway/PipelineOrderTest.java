package dev.tollgate.gateway;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.bounds.Bounds;
import dev.tollgate.cache.CachePolicy;
import dev.tollgate.gateway.http.BodyReader;
import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerStore;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.budget.Window;
import dev.tollgate.limits.rate.MemoryRates;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.Waiting;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.ownership.ObjectOwners;
import dev.tollgate.pricing.PricesInForce;
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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a request, as a specification: whoever changes the order changes it here, too, and knows why. */
class PipelineOrderTest {
    @TempDir
    static Path folder;

    private static final Vertx VERTX = Vertx.vertx();

    private static final String STAGES = """
            AnswerProblems
            IdentifyCaller
            KeepLedger
            ReadRequest
            ApplySettings
            EnforcePolicy
            AnswerLocally
            LimitUse
            AnswerFromCache
            ShareCall
            ChooseRoute
            ChooseAccount
            FailOver
            GuardObjects
            HoldBudget
            AnswerDryRun
            CallProvider""";

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_request_passes_the_stages_in_this_order() {
        assertThat(pipeline().stages().stream()
                        .map(stage -> stage.getClass().getSimpleName())
                        .collect(joining("\n")))
                .isEqualTo(STAGES);
    }

    @Test
    void the_architecture_page_tells_them_in_the_same_order() throws IOException {
        String page = Files.readString(Path.of("ARCHITECTURE.md"));

        assertThat(Pattern.compile("^    ([A-Z][A-Za-z]+)  ", Pattern.MULTILINE)
                        .matcher(page)
                        .results()
                        .map((MatchResult line) -> line.group(1))
                        .collect(joining("\n")))
                .isEqualTo(STAGES);
    }

    private static Pipeline pipeline() {
        Journal journal = Journal.open(
                new JournalSettings(folder, 4_096, 1 << 20, Duration.ofDays(1), /* synced= */ false),
                /* lanes= */ 1,
                () -> Instant.EPOCH,
                () -> new UUID(0, 0));
        Accounts accounts = new Accounts(new PricesInForce(), null);
        UpstreamSettings settings = new UpstreamSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                /* connectionsMax= */ 1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        UpstreamCounts counts = new UpstreamCounts();
        GuardedHosts hosts = new GuardedHosts(
                new Destinations(new AddressRules(List.of()), _ -> Future.failedFuture("no names")), () -> 0);
        AccountHealths healths = new AccountHealths(() -> Instant.EPOCH);
        Upstream upstream = new Upstream(VERTX, settings, hosts, counts, healths);
        RequestPipeline.Parts parts = new RequestPipeline.Parts(
                new Tenants(),
                new KeyUses(),
                new SettingsInForce(),
                new DryRun(new PricesInForce()),
                accounts,
                new RequestPipeline.Routing(
                        new RoutesInForce(),
                        new AccountPlaces(accounts, () -> 0),
                        new Router(() -> 0),
                        RetryPolicy.DEFAULT,
                        new RetryBudget(),
                        new RetryCounts(),
                        () -> 0),
                new NobodysObjects(),
                journal,
                new LedgerWriter(VERTX, journal, new NoLedger(), () -> Instant.EPOCH, 1_000),
                new EndUsers(new byte[16], _ -> Future.succeededFuture()),
                spending(),
                new RequestPipeline.Caching(
                        null,
                        new CachePolicy(CachePolicy.Requests.NONE, CachePolicy.Sharing.CLIENT, 1, 1, 0),
                        new LinkedHashMap<>(),
                        Map.of(),
                        Duration.ZERO),
                (entry, traceParent) -> {},
                _ -> Future.failedFuture("nobody asks for usage"),
                settings,
                hosts,
                counts,
                healths,
                new CallsInFlight(1),
                InstantSource.fixed(Instant.EPOCH),
                /* unmeteredAllowed= */ false,
                /* wholeBytesMax= */ 1,
                "this-process");
        return RequestPipeline.of(
                parts,
                new RequestPipeline.Loop(
                        VERTX.getOrCreateContext(),
                        journal.lanes().getFirst(),
                        new BodyReader(VERTX, 1, Duration.ofSeconds(1)),
                        upstream,
                        new ModelLists(upstream, accounts, () -> 0)));
    }

    private static RequestPipeline.Spending spending() {
        Budgets budgets = new Budgets(
                new NobodysShares(),
                () -> Future.succeededFuture(1L),
                InstantSource.fixed(Instant.EPOCH),
                () -> 0,
                (_, _) -> () -> {},
                Budgets.Settings.DEFAULT);
        return new RequestPipeline.Spending(
                new RulesInForce(new Hearing(() -> 0, Duration.ZERO)),
                new RateLimits(new MemoryRates(1, () -> 0), Waiting.NONE, (_, _) -> {}, () -> 0),
                budgets,
                new Bounds(),
                (_, _) -> Future.failedFuture("there are no budgets"),
                HoldBudget.Settings.DEFAULT,
                "default");
    }

    private static final class NobodysShares implements ShareStore {
        @Override
        public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
            return Future.failedFuture("there are no budgets");
        }

        @Override
        public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
            return Future.failedFuture("there are no budgets");
        }

        @Override
        public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> recall(long windowId) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Beat> beat(long epoch) {
            return Future.failedFuture("there are no budgets");
        }
    }

    private static final class NoLedger implements LedgerStore {
        @Override
        public Future<Booked> book(List<byte[]> entries) {
            return Future.succeededFuture(new Booked(entries.size(), 0, 0));
        }

        @Override
        public Future<Void> quarantine(byte[] entry, PoisonEntry why) {
            return Future.succeededFuture();
        }
    }

    private static final class NobodysObjects implements ObjectOwners {
        @Override
        public Future<Void> record(String accountId, String organizationId, Collection<String> objectIds) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Set<String>> ownedBy(String accountId, String organizationId, Collection<String> objectIds) {
            return Future.succeededFuture(Set.of());
        }
    }
}
