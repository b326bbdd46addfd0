package dev.tollgate.gateway;

import static java.util.Objects.requireNonNull;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.Times;
import dev.tollgate.reports.UsageAnswer;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.UsageQuestion.Order;
import dev.tollgate.reports.UsageRow;
import dev.tollgate.tenancy.Caller;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a key has spent, for whoever holds it: {@code GET /v1/usage?from=…&to=…&interval=…&time_zone=…}, by default from
 * the beginning of this month in UTC until now; and what it spent today and this month, whatever was asked.
 */
public final class KeySpend {
    private static final int LINES_MAX = 1_000;
    private static final List<Figure> FIGURES = List.of(
            Figure.REQUESTS, Figure.INPUT_TOKENS, Figure.CACHED_INPUT_TOKENS, Figure.OUTPUT_TOKENS, Figure.CHARGE);

    private final Source source;
    private final InstantSource clock;

    /** Where the figures come from. */
    @FunctionalInterface
    public interface Source {
        Future<UsageAnswer> ask(UsageQuestion question);
    }

    public KeySpend(Source source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    Future<JsonObject> of(Caller caller, HttpServerRequest request) {
        Instant now = clock.instant();
        Instant soon = Times.quarterHourEnd(now);
        ZoneId zone = Times.zone("time_zone", Objects.requireNonNullElse(request.getParam("time_zone"), "UTC"));
        Instant monthStart = Times.monthStart(now, zone);
        Instant from = time("from", request, zone, monthStart);
        Instant to = time("to", request, zone, soon);
        Interval interval = interval(request.getParam("interval"));

        Future<UsageAnswer> models = ask(
                caller,
                Periods.of(from, to, Interval.NONE, zone),
                List.of(new Grouping.By(Dimension.MODEL)),
                new Order(Figure.CHARGE, /* descending= */ true));
        Future<UsageAnswer> today = sum(caller, Times.dayStart(now, zone), soon, zone);
        Future<UsageAnswer> thisMonth = sum(caller, monthStart, soon, zone);
        Periods periods = periods(from, to, interval, zone);
        Future<UsageAnswer> perPeriod =
                interval == Interval.NONE ? thisMonth : ask(caller, periods, List.of(), Order.BY_PERIOD);
        return Stored.answer(Future.all(models, today, thisMonth, perPeriod)).map(_ -> {
            JsonObject report = figures(models.result().totals().figures())
                    .put("object", "usage")
                    .put("key", caller.keyId())
                    .put("from", from.toString())
                    .put("to", to.toString())
                    .put("time_zone", zone.getId())
                    .put("currency", "USD")
                    .put("models", models(models.result()))
                    .put("today", figures(today.result().totals().figures()))
                    .put("this_month", figures(thisMonth.result().totals().figures()));
            if (interval != Interval.NONE) {
                report.put("interval", interval.label()).put("periods", periods(periods, perPeriod.result()));
            }
            return report;
        });
    }

    private Future<UsageAnswer> sum(Caller caller, Instant from, Instant to, ZoneId zone) {
        return ask(caller, Periods.of(from, to, Interval.NONE, zone), List.of(), Order.BY_PERIOD);
    }

    private Future<UsageAnswer> ask(Caller caller, Periods periods, List<Grouping> groups, Order order) {
        return source.ask(new UsageQuestion(
                periods,
                /* compares= */ false,
                groups,
                Map.of(
                        Dimension.ORGANIZATION, List.of(caller.organizationId()),
                        Dimension.KEY, List.of(caller.keyId())),
                null,
                order,
                LINES_MAX,
                null));
    }

    private static Periods periods(Instant from, Instant to, Interval interval, ZoneId zone) {
        Periods periods = Periods.of(from, to, interval, zone);
        if (periods.starts().size() > LINES_MAX) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "interval: " + periods.starts().size() + " periods (expected: at most " + LINES_MAX + ")",
                    "interval");
        }
        return periods;
    }

    private static Instant time(String name, HttpServerRequest request, ZoneId zone, Instant otherwise) {
        String text = request.getParam(name);
        return text == null ? otherwise : Times.read(name, text, zone);
    }

    private static Interval interval(@Nullable String label) {
        return label == null
                ? Interval.NONE
                : Interval.of(label)
                        .orElseThrow(() -> new Problem(
                                ProblemCode.INVALID_VALUE,
                                "interval: expected: quarter_hour, hour, day, week, month or none",
                                "interval"));
    }

    private static JsonArray models(UsageAnswer answer) {
        JsonArray lines = new JsonArray();
        for (UsageRow row : answer.rows()) {
            String model = row.groups().getFirst();
            lines.add(figures(row.figures()).put("model", model == null ? "" : model));
        }
        return lines;
    }

    private static JsonArray periods(Periods periods, UsageAnswer answer) {
        JsonArray lines = new JsonArray();
        for (UsageRow row : answer.rows()) {
            lines.add(figures(row.figures())
                    .put("from", periods.starts().get(row.period()).toString())
                    .put("to", periods.endOf(row.period()).toString()));
        }
        return lines;
    }

    private static JsonObject figures(Figures figures) {
        JsonObject json = new JsonObject();
        for (Figure figure : FIGURES) {
            var sum = requireNonNull(figures.sum(figure));
            json.put(
                    figure.label(),
                    figure.unit() == Figure.Unit.NANODOLLARS ? Figures.dollars(sum) : (Object) sum.longValueExact());
        }
        return json;
    }
}
