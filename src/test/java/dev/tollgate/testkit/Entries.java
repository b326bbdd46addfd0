package dev.tollgate.testkit;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.EntryKind;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Asked;
import dev.tollgate.ledger.LedgerEntry.Attempt;
import dev.tollgate.ledger.LedgerEntry.Consumed;
import dev.tollgate.ledger.LedgerEntry.CostRecord;
import dev.tollgate.ledger.LedgerEntry.End;
import dev.tollgate.ledger.LedgerEntry.Holds;
import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.ledger.LedgerEntry.Reused;
import dev.tollgate.ledger.LedgerEntry.Route;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.LedgerEntry.Timing;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Purpose;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Ledger entries, plain and full, with ids that are numbered within an instant. */
public final class Entries {
    private Entries() {}

    /** The id of number {@code n} at an instant. */
    public static RequestId id(Instant at, int n) {
        UUID lowest = RequestId.lowestAt(at.toEpochMilli());
        return new RequestId(new UUID(lowest.getMostSignificantBits(), lowest.getLeastSignificantBits() | n));
    }

    /** A plain entry of 1970. */
    public static LedgerEntry of(int n) {
        return at(Instant.EPOCH, n);
    }

    /** A plain entry. */
    public static LedgerEntry at(Instant at, int n) {
        return new LedgerEntry(
                id(at, n),
                EntryKind.REQUEST,
                Purpose.SERVE,
                null,
                new Origin("org_1", null, "key_1", null, null, null, Map.of()),
                new Asked("chat", false, "gpt-4o", null, null, null, null, -1),
                null,
                List.of(),
                Consumed.NOTHING,
                CostRecord.NONE,
                new End(Outcome.OK, 200, null, null, false, null),
                new Timing(1, -1, 0, 1, 1),
                1,
                null,
                List.of());
    }

    /** A request that was refused. */
    public static LedgerEntry refused(int n, String keyId, String errorCode) {
        LedgerEntry plain = of(n);
        Origin origin = new Origin("org_1", null, keyId, null, null, null, Map.of());
        End end = new End(Outcome.REFUSED, 429, "rate_limit_error", errorCode, false, null);
        return copy(plain, plain.requestId(), origin, plain.asked(), plain.cost(), end, 1);
    }

    /** The same but of another request. */
    public static LedgerEntry as(LedgerEntry entry, RequestId id, Origin origin) {
        return copy(entry, id, origin, entry.asked(), entry.cost(), entry.end(), entry.mergedCount());
    }

    /** The same but asking for something else. */
    public static LedgerEntry asking(LedgerEntry entry, Asked asked) {
        return copy(entry, entry.requestId(), entry.origin(), asked, entry.cost(), entry.end(), entry.mergedCount());
    }

    /** The same at another cost. */
    public static LedgerEntry at(LedgerEntry entry, Money charge) {
        CostRecord cost = new CostRecord(charge, charge, charge, Map.of(), null, false);
        return copy(entry, entry.requestId(), entry.origin(), entry.asked(), cost, entry.end(), entry.mergedCount());
    }

    /** The same as an entry for several requests. */
    public static LedgerEntry merged(LedgerEntry entry, int count) {
        return copy(entry, entry.requestId(), entry.origin(), entry.asked(), entry.cost(), entry.end(), count);
    }

    private static LedgerEntry copy(
            LedgerEntry entry, RequestId id, Origin origin, Asked asked, CostRecord cost, End end, int mergedCount) {
        return new LedgerEntry(
                id,
                entry.kind(),
                entry.purpose(),
                entry.parentId(),
                origin,
                asked,
                entry.target(),
                entry.attempts(),
                entry.consumed(),
                cost,
                end,
                entry.timing(),
                mergedCount,
                entry.holds(),
                entry.flags());
    }

    /** An entry that costs something, with this outcome; no two numbers cost the same. */
    public static LedgerEntry costing(Instant at, int n, Outcome outcome) {
        LedgerEntry plain = at(at, n);
        Usage usage = Usage.builder()
                .set(Meter.INPUT, 10L * n)
                .set(Meter.CACHED_INPUT, n)
                .set(Meter.OUTPUT, 2L * n)
                .set(Meter.REASONING, n)
                .build();
        Money cost = new Money(1_000L * n + 1);
        return new LedgerEntry(
                plain.requestId(),
                plain.kind(),
                plain.purpose(),
                null,
                new Origin(
                        "org_" + n % 3,
                        null,
                        "key_" + n % 5,
                        n % 2 == 0 ? "chat" : null,
                        null,
                        null,
                        n % 4 == 0 ? Map.of("team", "t" + n % 2, "env", "prod") : Map.of()),
                plain.asked(),
                new Target("openai", "openai", null, null, false, "platform", "gpt-4o", "gpt-4o-2024", "default", null),
                List.of(new Attempt("openai", "gpt-4o", outcome, 200, 5)),
                new Consumed(usage, "{\"prompt_tokens\":" + 11 * n + "}"),
                new CostRecord(cost, cost, cost, Map.of(), "v1", n % 7 == 0),
                new End(outcome, 200, null, null, false, null),
                new Timing(100L + n, n % 3 == 0 ? -1 : n, 0, n, n),
                1,
                null,
                List.of());
    }

    /** What an entry says as that of an attempt to serve a request. */
    public static LedgerEntry asAttemptOf(LedgerEntry request, LedgerEntry entry) {
        return new LedgerEntry(
                request.requestId().ofAttempt(1),
                EntryKind.ATTEMPT,
                entry.purpose(),
                request.requestId(),
                entry.origin(),
                entry.asked(),
                entry.target(),
                entry.attempts(),
                entry.consumed(),
                entry.cost(),
                entry.end(),
                entry.timing(),
                entry.mergedCount(),
                entry.holds(),
                entry.flags());
    }

    /** An entry with something in every field. */
    public static LedgerEntry full(Instant at, int n) {
        return new LedgerEntry(
                id(at, n),
                EntryKind.METERED_SERVICE,
                Purpose.JUDGE,
                id(at, n + 1),
                new Origin("org_1", "cli_1", "key_1", "pdf", "scale", "abcd", Map.of("team", "a \"b\"")),
                new Asked(
                        "image",
                        true,
                        "dall-e",
                        "auto",
                        "mine-1",
                        new Route("auto", "7", "auto.candidates[1]", "b"),
                        "code",
                        42),
                new Target("azure", "acc", "eu-west", "dep", true, "client", "m1", "m2", "flex", "req-9"),
                List.of(new Attempt("acc0", null, Outcome.FAILED, 0, 3), new Attempt("acc", "m1", Outcome.OK, 200, 4)),
                new Consumed(
                        Usage.builder().set(Meter.INPUT, 5).set(Meter.IMAGE, 3).build(), "{\"images\": 3}"),
                new CostRecord(new Money(11), new Money(12), new Money(20), Map.of("cache", new Money(8)), "v2", true),
                new End(Outcome.CANCELLED, 499, "class", "code", true, new Reused("exact", "memory", null, false)),
                new Timing(90, 30, 7, 100, 200),
                2,
                new Holds(3, new long[] {1, 2}, new long[] {50, 0}),
                List.of("saturated", "dropped_tags"));
    }
}
