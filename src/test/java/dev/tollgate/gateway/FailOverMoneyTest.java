package dev.tollgate.gateway;

import static dev.tollgate.gateway.FailOverRig.COST;
import static dev.tollgate.gateway.FailOverRig.TOKENS_IN;
import static dev.tollgate.gateway.FailOverRig.TOKENS_OUT;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.FailOverRig.Fate;
import dev.tollgate.gateway.RetryPolicy.WithoutRoute;
import dev.tollgate.limits.budget.Measure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many requests whose attempts fail in every way, among one another and with a budget that is too small for all: whatever a
 * provider may bill is booked or in doubt, once.
 */
class FailOverMoneyTest {
    private static final int REQUESTS = 300;
    private static final long MONEY = 400 * COST;
    private static final long TOKENS = 400L * (TOKENS_IN + TOKENS_OUT);
    private static final long COUNT = 200;

    @TempDir
    Path folder;

    private int answered;
    private int silent;

    /** Attempts that may be billed. */
    private final List<String> billed = new ArrayList<>();

    private static RetryPolicy policy(Random random) {
        return new RetryPolicy(
                random.nextInt(3),
                Duration.ofMillis(250),
                Duration.ofSeconds(5),
                WithoutRoute.values()[random.nextInt(3)],
                random.nextInt(3),
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                random.nextBoolean() ? Integer.MAX_VALUE : 3,
                random.nextBoolean());
    }

    private FailOverRig rig(Random random) {
        FailOverRig rig = new FailOverRig(folder, policy(random));
        rig.budget(Measure.CHARGE, MONEY);
        rig.budget(Measure.PROVIDER_COST, MONEY);
        rig.budget(Measure.TOKENS, TOKENS);
        rig.budget(Measure.REQUESTS, COUNT);
        return rig;
    }

    private Fate fate(FailOverRig rig, Random random) {
        Fate end = switch (random.nextInt(8)) {
            case 0 -> FailOverRig.status(500);
            case 1 -> FailOverRig.status(429, "Retry-After", "1");
            case 2 -> FailOverRig.status(400);
            case 3, 4 -> FailOverRig.silent();
            default -> FailOverRig.answered();
        };
        Fate counted = exchange -> {
            Future<Reply> reply = end.of(exchange);
            String attempt =
                    exchange.id() + " at " + exchange.candidate().account().id();
            if (reply.failed()) {
                silent++;
                billed.add(attempt);
            } else if (reply.result().status() == 200) {
                answered++;
                billed.add(attempt);
            }
            return reply;
        };
        return random.nextInt(5) == 0 ? FailOverRig.unreachable() : random.nextBoolean() ? counted : rig.later(counted);
    }

    private void race(FailOverRig rig, Random random, int requests) {
        String[] accounts = {"a", "b", "c"};
        for (String account : accounts) {
            for (int i = 0; i < REQUESTS; i++) {
                rig.then(account, fate(rig, random));
            }
        }
        for (int i = 0; i < requests; i++) {
            rig.send(random.nextInt(4) == 0 ? rig.direct("a") : rig.routed(accounts));
            if (random.nextInt(3) == 0 && !rig.underWay.isEmpty()) {
                rig.underWay.remove(random.nextInt(rig.underWay.size())).run();
                rig.run();
            }
        }
    }

    private static long number(JsonObject entry, String member) {
        return entry.getLong(member, 0L);
    }

    private static boolean isInDoubt(JsonObject entry) {
        return entry.getString("flags", "").contains("in_doubt")
                || entry.getString("outcome").equals("interrupted");
    }

    /** What entries use of the window of a place in the list of budgets, as the ledger's database reckons. */
    private static long used(
            List<JsonObject> entries, FailOverRig rig, String budget, ToLongFunction<JsonObject> count) {
        long window = rig.store.window(budget).id();
        long used = 0;
        for (JsonObject entry : entries) {
            JsonArray windows = entry.getJsonArray("window_ids", new JsonArray());
            for (int i = 0; i < windows.size(); i++) {
                if (windows.getLong(i) == window) {
                    long cost = count.applyAsLong(entry);
                    long held = entry.getJsonArray("window_holds").getLong(i);
                    assertThat(cost).as(entry.encodePrettily()).isLessThanOrEqualTo(held);
                    used += isInDoubt(entry) ? Math.max(cost, held) : cost;
                }
            }
        }
        return used;
    }

    private static boolean isRequest(JsonObject entry) {
        return !entry.getString("kind", "request").equals("attempt");
    }

    private static void assertOncePerRequest(List<JsonObject> entries) {
        Map<Boolean, List<JsonObject>> byKind = entries.stream().collect(groupingBy(FailOverMoneyTest::isRequest));
        assertThat(byKind.getOrDefault(false, List.of()))
                .allSatisfy(lost -> assertThat(byKind.get(true))
                        .filteredOn(entry -> entry.getString("request_id").equals(lost.getString("parent_id")))
                        .singleElement()
                        .satisfies(request -> assertThat(
                                        request.getJsonArray("attempts").encode())
                                .contains(lost.getString("request_id").replace("-", ""))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void every_attempt_that_may_be_billed_is_booked_once(long seed) {
        Random random = new Random(seed);
        try (FailOverRig rig = rig(random)) {
            race(rig, random, REQUESTS);
            while (!rig.underWay.isEmpty()) {
                rig.underWay.remove(random.nextInt(rig.underWay.size())).run();
                rig.run();
            }

            List<JsonObject> entries = rig.entries();

            assertOncePerRequest(entries);
            assertThat(entries.stream().filter(entry -> !isRequest(entry)))
                    .hasSize((int) rig.counts.of(RetryCounts.Kind.BESIDE));
            assertThat(entries.stream()
                            .filter(entry -> entry.getString("outcome").equals("ok")))
                    .hasSize(answered)
                    .allSatisfy(entry -> assertThat(number(entry, "charge")).isEqualTo(COST));
            assertThat(entries.stream()
                            .filter(entry -> entry.getString("outcome").equals("cut_off")))
                    .hasSize(silent)
                    .allSatisfy(entry -> assertThat(isInDoubt(entry)).isTrue());
            assertThat(entries.stream().filter(entry -> number(entry, "provider_cost") > 0))
                    .hasSize(billed.size());
            long charged = used(entries, rig, "bud_0", entry -> number(entry, "charge"));
            assertThat(rig.store.free("bud_0")).isEqualTo(MONEY - charged).isNotNegative();
            long paid = used(entries, rig, "bud_1", entry -> number(entry, "provider_cost"));
            assertThat(rig.store.free("bud_1")).isEqualTo(MONEY - paid).isNotNegative();
            long tokens = used(
                    entries, rig, "bud_2", entry -> number(entry, "input_tokens") + number(entry, "output_tokens"));
            assertThat(rig.store.free("bud_2")).isEqualTo(TOKENS - tokens).isNotNegative();
            long requests = used(entries, rig, "bud_3", entry -> isRequest(entry) ? 1 : 0);
            assertThat(rig.store.free("bud_3")).isEqualTo(COUNT - requests).isNotNegative();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void a_crash_at_any_moment_loses_none_of_them_and_doubles_none(long seed) {
        Random random = new Random(seed);
        try (FailOverRig rig = rig(random)) {
            race(rig, random, random.nextInt(REQUESTS));
            int underWay = rig.underWay.size();

            List<JsonObject> entries = rig.entriesAfterKill();

            assertOncePerRequest(entries);
            assertThat(entries.stream().filter(entry -> number(entry, "provider_cost") > 0))
                    .as("those that ended, and those under way")
                    .hasSize(billed.size() + underWay);
            assertThat(entries.stream()
                            .map(entry -> entry.getString("request_id"))
                            .collect(toSet()))
                    .hasSameSizeAs(entries);
            assertThat(used(entries, rig, "bud_0", entry -> number(entry, "charge")))
                    .isLessThanOrEqualTo(MONEY);
            assertThat(used(entries, rig, "bud_3", entry -> isRequest(entry) ? 1 : 0))
                    .isLessThanOrEqualTo(COUNT);
        }
    }
}
