package dev.tollgate.ledger;

import static dev.tollgate.ledger.JsonBytes.nameOf;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry.Asked;
import dev.tollgate.ledger.LedgerEntry.Attempt;
import dev.tollgate.ledger.LedgerEntry.Consumed;
import dev.tollgate.ledger.LedgerEntry.CostRecord;
import dev.tollgate.ledger.LedgerEntry.End;
import dev.tollgate.ledger.LedgerEntry.Holds;
import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.ledger.LedgerEntry.Reused;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.LedgerEntry.Timing;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one form in which entries leave the request's path: a JSON object whose members are the ledger's columns, without
 * those that are null or as in the database's {@code blank_entry()}. It lies in the journal and is booked in this
 * form. Written by hand because it is made for every request.
 */
public final class EntryJson {
    /** Characters kept of what others wrote; names and ids are shorter. */
    private static final int FOREIGN_MAX = 256;

    private static final int OWN_MAX = Integer.MAX_VALUE;

    private static final byte[] REQUEST_ID = nameOf("request_id");
    private static final byte[] ACCOUNTING_PERIOD = nameOf("accounting_period");
    private static final byte[] KIND = nameOf("kind");
    private static final byte[] PURPOSE = nameOf("purpose");
    private static final byte[] PARENT_ID = nameOf("parent_id");
    private static final byte[] MERGED_COUNT = nameOf("merged_count");
    private static final byte[] FLAGS = nameOf("flags");
    private static final byte[] EPOCH = nameOf("epoch");
    private static final byte[] WINDOW_IDS = nameOf("window_ids");
    private static final byte[] WINDOW_HOLDS = nameOf("window_holds");
    private static final byte[] ORGANIZATION_ID = nameOf("organization_id");
    private static final byte[] CLIENT_ID = nameOf("client_id");
    private static final byte[] KEY_ID = nameOf("key_id");
    private static final byte[] FEATURE = nameOf("feature");
    private static final byte[] TIER = nameOf("tier");
    private static final byte[] END_USER = nameOf("end_user");
    private static final byte[] TAGS = nameOf("tags");
    private static final byte[] OPERATION = nameOf("operation");
    private static final byte[] STREAMED = nameOf("streamed");
    private static final byte[] MODEL_ASKED = nameOf("model_asked");
    private static final byte[] SERVICE_TIER_ASKED = nameOf("service_tier_asked");
    private static final byte[] CALLER_REQUEST_ID = nameOf("caller_request_id");
    private static final byte[] ROUTE = nameOf("route");
    private static final byte[] ROUTE_VERSION = nameOf("route_version");
    private static final byte[] ROUTE_CANDIDATE = nameOf("route_candidate");
    private static final byte[] EXPERIMENT_ARM = nameOf("experiment_arm");
    private static final byte[] QUERY_TYPE = nameOf("query_type");
    private static final byte[] DIFFICULTY = nameOf("difficulty");
    private static final byte[] PROVIDER = nameOf("provider");
    private static final byte[] ACCOUNT_ID = nameOf("account_id");
    private static final byte[] REGION = nameOf("region");
    private static final byte[] DEPLOYMENT = nameOf("deployment");
    private static final byte[] SIMULATED = nameOf("simulated");
    private static final byte[] PAYER = nameOf("payer");
    private static final byte[] MODEL_SENT = nameOf("model_sent");
    private static final byte[] MODEL_SERVED = nameOf("model_served");
    private static final byte[] SERVICE_TIER = nameOf("service_tier");
    private static final byte[] UPSTREAM_REQUEST_ID = nameOf("upstream_request_id");
    private static final byte[] ATTEMPTS = nameOf("attempts");
    private static final byte[] MODEL = nameOf("model");
    private static final byte[] MICROS = nameOf("micros");
    private static final byte[] BOOKED_AS = nameOf("booked_as");
    private static final byte[] INPUT_TOKENS = nameOf("input_tokens");
    private static final byte[] CACHED_INPUT_TOKENS = nameOf("cached_input_tokens");
    private static final byte[] OUTPUT_TOKENS = nameOf("output_tokens");
    private static final byte[] REASONING_TOKENS = nameOf("reasoning_tokens");
    private static final byte[] USAGE = nameOf("usage");
    private static final byte[] RAW_USAGE = nameOf("raw_usage");
    private static final byte[] QUANTITY = nameOf("quantity");
    private static final byte[] UNIT = nameOf("unit");
    private static final byte[] PROVIDER_COST = nameOf("provider_cost");
    private static final byte[] CHARGE = nameOf("charge");
    private static final byte[] BASELINE_COST = nameOf("baseline_cost");
    private static final byte[] SAVINGS = nameOf("savings");
    private static final byte[] PRICE_VERSION = nameOf("price_version");
    private static final byte[] ESTIMATED = nameOf("estimated");
    private static final byte[] OUTCOME = nameOf("outcome");
    private static final byte[] STATUS = nameOf("status");
    private static final byte[] ERROR_CLASS = nameOf("error_class");
    private static final byte[] ERROR_CODE = nameOf("error_code");
    private static final byte[] CLIENT_GONE = nameOf("client_gone");
    private static final byte[] CACHE = nameOf("cache");
    private static final byte[] CACHE_TIER = nameOf("cache_tier");
    private static final byte[] TOTAL_MICROS = nameOf("total_micros");
    private static final byte[] FIRST_BYTE_MICROS = nameOf("first_byte_micros");
    private static final byte[] SAVED_MICROS = nameOf("saved_micros");
    private static final byte[] REQUEST_BYTES = nameOf("request_bytes");
    private static final byte[] RESPONSE_BYTES = nameOf("response_bytes");

    private static final List<Meter> METERS = List.of(Meter.values());
    private static final byte[][] METER_NAMES =
            METERS.stream().map(meter -> nameOf(meter.label())).toArray(byte[][]::new);

    private static final ThreadLocal<EntryJson> OF_THREAD = ThreadLocal.withInitial(EntryJson::new);

    private final JsonBytes json = new JsonBytes();
    private Month month = new Month(0, 0, "");

    private EntryJson() {}

    /** An entry as UTF-8. */
    public static byte[] bytes(LedgerEntry entry) {
        return OF_THREAD.get().write(entry);
    }

    private byte[] write(LedgerEntry entry) {
        json.clear();
        json.open('{');
        json.name(REQUEST_ID);
        json.uuid(entry.requestId().uuid());
        text(ACCOUNTING_PERIOD, period(entry.requestId().epochMillis()), OWN_MAX);
        if (entry.kind() != EntryKind.REQUEST) {
            text(KIND, entry.kind().label(), OWN_MAX);
        }
        if (entry.purpose() != Purpose.SERVE) {
            text(PURPOSE, entry.purpose().label(), OWN_MAX);
        }
        if (entry.parentId() != null) {
            json.name(PARENT_ID);
            json.uuid(entry.parentId().uuid());
        }
        if (entry.mergedCount() != 1) {
            number(MERGED_COUNT, entry.mergedCount());
        }
        if (!entry.flags().isEmpty()) {
            text(FLAGS, String.join(",", entry.flags()), OWN_MAX);
        }
        origin(entry.origin());
        asked(entry.asked());
        target(entry.target());
        attempts(entry.attempts());
        consumed(entry.consumed());
        cost(entry.cost());
        end(entry.end());
        timing(entry.timing());
        holds(entry.holds());
        json.close('}');
        return json.toBytes();
    }

    private void origin(Origin origin) {
        text(ORGANIZATION_ID, origin.organizationId(), OWN_MAX);
        text(CLIENT_ID, origin.clientId(), OWN_MAX);
        text(KEY_ID, origin.keyId(), OWN_MAX);
        text(FEATURE, origin.feature(), FOREIGN_MAX);
        text(TIER, origin.tier(), OWN_MAX);
        text(END_USER, origin.endUser(), OWN_MAX);
        if (!origin.tags().isEmpty()) {
            json.name(TAGS);
            json.open('{');
            for (Map.Entry<String, String> tag : origin.tags().entrySet()) {
                json.name(tag.getKey());
                json.text(tag.getValue(), OWN_MAX);
            }
            json.close('}');
        }
    }

    private void asked(Asked asked) {
        text(OPERATION, asked.operation(), OWN_MAX);
        flag(STREAMED, asked.streamed());
        text(MODEL_ASKED, asked.model(), FOREIGN_MAX);
        text(SERVICE_TIER_ASKED, asked.serviceTier(), FOREIGN_MAX);
        text(CALLER_REQUEST_ID, asked.callerRequestId(), FOREIGN_MAX);
        if (asked.route() != null) {
            text(ROUTE, asked.route().name(), OWN_MAX);
            text(ROUTE_VERSION, asked.route().version(), OWN_MAX);
            text(ROUTE_CANDIDATE, asked.route().candidate(), OWN_MAX);
            text(EXPERIMENT_ARM, asked.route().experimentArm(), OWN_MAX);
        }
        text(QUERY_TYPE, asked.queryType(), OWN_MAX);
        if (asked.difficulty() >= 0) {
            number(DIFFICULTY, asked.difficulty());
        }
    }

    private void target(@Nullable Target target) {
        if (target == null) {
            return;
        }
        text(PROVIDER, target.provider(), OWN_MAX);
        text(ACCOUNT_ID, target.accountId(), OWN_MAX);
        text(REGION, target.region(), OWN_MAX);
        text(DEPLOYMENT, target.deployment(), FOREIGN_MAX);
        flag(SIMULATED, target.simulated());
        text(PAYER, target.payer(), OWN_MAX);
        text(MODEL_SENT, target.modelSent(), FOREIGN_MAX);
        text(MODEL_SERVED, target.modelServed(), FOREIGN_MAX);
        text(SERVICE_TIER, target.serviceTier(), FOREIGN_MAX);
        text(UPSTREAM_REQUEST_ID, target.upstreamRequestId(), FOREIGN_MAX);
    }

    private void attempts(List<Attempt> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        json.name(ATTEMPTS);
        json.open('[');
        for (Attempt attempt : attempts) {
            json.separate();
            json.open('{');
            text(ACCOUNT_ID, attempt.accountId(), OWN_MAX);
            text(MODEL, attempt.model(), FOREIGN_MAX);
            text(OUTCOME, attempt.outcome().label(), OWN_MAX);
            number(STATUS, attempt.status());
            number(MICROS, attempt.micros());
            if (attempt.bookedAs() != null) {
                text(BOOKED_AS, attempt.bookedAs().toString(), OWN_MAX);
            }
            json.close('}');
        }
        json.close(']');
    }

    private void consumed(Consumed consumed) {
        Usage usage = consumed.usage();
        if (consumed.raw() != null) {
            json.name(RAW_USAGE);
            json.raw(consumed.raw());
        }
        if (usage.isNone()) {
            return;
        }
        number(INPUT_TOKENS, usage.inputTokens());
        number(CACHED_INPUT_TOKENS, usage.cachedInputTokens());
        number(OUTPUT_TOKENS, usage.outputTokens());
        number(REASONING_TOKENS, usage.count(Meter.REASONING));
        json.name(USAGE);
        json.open('{');
        for (int i = 0; i < METER_NAMES.length; i++) {
            number(METER_NAMES[i], usage.count(METERS.get(i)));
        }
        json.close('}');
        Meter unit = consumed.unit();
        if (unit != null) {
            number(QUANTITY, usage.count(unit));
            text(UNIT, unit.label(), OWN_MAX);
        }
    }

    private void cost(CostRecord cost) {
        number(PROVIDER_COST, cost.providerCost().nanos());
        number(CHARGE, cost.charge().nanos());
        number(BASELINE_COST, cost.baseline().nanos());
        if (!cost.savings().isEmpty()) {
            json.name(SAVINGS);
            json.open('{');
            for (Map.Entry<String, Money> saving : cost.savings().entrySet()) {
                json.name(saving.getKey());
                json.number(saving.getValue().nanos());
            }
            json.close('}');
        }
        text(PRICE_VERSION, cost.priceVersion(), OWN_MAX);
        flag(ESTIMATED, cost.estimated());
    }

    private void end(End end) {
        text(OUTCOME, end.outcome().label(), OWN_MAX);
        number(STATUS, end.status());
        text(ERROR_CLASS, end.errorClass(), OWN_MAX);
        text(ERROR_CODE, end.errorCode(), OWN_MAX);
        flag(CLIENT_GONE, end.clientGone());
        Reused reused = end.reused();
        if (reused != null) {
            text(CACHE, reused.cache(), OWN_MAX);
            text(CACHE_TIER, reused.tier(), OWN_MAX);
            text(MODEL_SERVED, reused.modelServed(), FOREIGN_MAX);
            flag(SIMULATED, reused.simulated());
        }
    }

    private void timing(Timing timing) {
        number(TOTAL_MICROS, timing.totalMicros());
        if (timing.firstByteMicros() >= 0) {
            json.name(FIRST_BYTE_MICROS);
            json.number(timing.firstByteMicros());
        }
        number(SAVED_MICROS, timing.savedMicros());
        number(REQUEST_BYTES, timing.requestBytes());
        number(RESPONSE_BYTES, timing.responseBytes());
    }

    private void holds(@Nullable Holds holds) {
        if (holds != null) {
            number(EPOCH, holds.epoch());
            numbers(WINDOW_IDS, holds.windowIds());
            numbers(WINDOW_HOLDS, holds.amounts());
        }
    }

    private void numbers(byte[] name, long[] values) {
        json.name(name);
        json.open('[');
        for (long value : values) {
            json.separate();
            json.number(value);
        }
        json.close(']');
    }

    private void text(byte[] name, @Nullable String value, int max) {
        if (value != null) {
            json.name(name);
            json.text(value, max);
        }
    }

    private void flag(byte[] name, boolean value) {
        if (value) {
            json.name(name);
            json.raw("true");
        }
    }

    private void number(byte[] name, long value) {
        if (value != 0) {
            json.name(name);
            json.number(value);
        }
    }

    /** A month in UTC, and its first day as a date. */
    private record Month(long startMillis, long endMillis, String firstDay) {
        static Month of(long epochMillis) {
            LocalDate first = LocalDate.ofInstant(Instant.ofEpochMilli(epochMillis), ZoneOffset.UTC)
                    .withDayOfMonth(1);
            return new Month(startMillis(first), startMillis(first.plusMonths(1)), first.toString());
        }

        private static long startMillis(LocalDate day) {
            return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        }
    }

    /** The month of an instant; nearly always that of the entry before. */
    private String period(long epochMillis) {
        if (epochMillis < month.startMillis || epochMillis >= month.endMillis) {
            month = Month.of(epochMillis);
        }
        return month.firstDay;
    }
}
