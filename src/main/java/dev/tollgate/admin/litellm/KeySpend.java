package dev.tollgate.admin.litellm;

import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.Times;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.pg.PgUsage;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a key was charged since an instant, from the sums of the ledger. */
@Singleton
public class KeySpend {
    private static final long QUARTER_HOUR_SECONDS = 900;

    /** As far as usage can be asked for at once. */
    private static final Duration LONGEST = Duration.ofDays(3_699);

    private final PgUsage usage;

    public KeySpend(PgUsage usage) {
        this.usage = usage;
    }

    /** Decimal dollars, all digits of them; of the whole quarter of an hour that {@code since} lies in. */
    Future<String> since(String keyId, Instant since, Instant now) {
        Instant earliest = now.minus(LONGEST);
        Instant from = since.isAfter(earliest) ? since : earliest;
        Instant quarter = Instant.ofEpochSecond(
                Math.floorDiv(from.getEpochSecond(), QUARTER_HOUR_SECONDS) * QUARTER_HOUR_SECONDS);
        UsageQuestion question = new UsageQuestion(
                Periods.of(quarter, Times.quarterHourEnd(now), Interval.NONE, ZoneOffset.UTC),
                /* compares= */ false,
                List.of(),
                Map.of(Dimension.KEY, List.of(keyId)),
                null,
                UsageQuestion.Order.BY_PERIOD,
                1,
                null);
        return usage.ask(question)
                .map(answer -> Figures.dollars(
                        Objects.requireNonNullElse(answer.totals().figures().sum(Figure.CHARGE), BigInteger.ZERO)));
    }
}
