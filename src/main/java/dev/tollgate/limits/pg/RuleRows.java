package dev.tollgate.limits.pg;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.RuleState;
import dev.tollgate.limits.rules.Stop;
import io.vertx.sqlclient.Row;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What rows of rules say. */
final class RuleRows {
    private RuleRows() {}

    static Budget budget(Row row) {
        return new Budget(
                row.getString("id"),
                row.getString("name"),
                scope(row),
                Mode.of(row.getString("mode")),
                Measure.of(row.getString("measure")),
                new Period(
                        Period.Unit.of(row.getString("period")),
                        ZoneId.of(row.getString("zone")),
                        DayOfWeek.of(row.getInteger("week_start")),
                        Month.of(row.getInteger("year_start"))));
    }

    static UsageLimit limit(Row row) {
        Integer period = row.getInteger("period_seconds");
        return new UsageLimit(
                row.getString("id"),
                row.getString("name"),
                scope(row),
                Mode.of(row.getString("mode")),
                UsageLimit.Kind.of(row.getString("kind")),
                row.getLong("amount"),
                period == null ? 0 : period,
                row.getLong("burst"));
    }

    static Stop stop(Row row) {
        return new Stop(
                row.getString("id"),
                Stop.Owner.of(row.getString("owner")),
                row.getString("owner_id"),
                row.getString("organization_id"),
                row.getString("origin"),
                row.getBoolean("cut_streams"),
                row.getString("reason"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row, "lifted_at"),
                row.getLong("version"));
    }

    static RuleState state(Row row) {
        return new RuleState(
                row.getString("organization_id"),
                row.getString("origin"),
                row.getBoolean("enabled"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                instant(row, "archived_at"),
                row.getLong("version"));
    }

    static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    /** Whether a text can be an id; others may have what PostgreSQL's texts can't. */
    static boolean isPlain(String id) {
        return id.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static Scope scope(Row row) {
        String[] models = row.getArrayOfStrings("models");
        return new Scope(
                Scope.Owner.of(row.getString("owner")),
                row.getString("owner_id"),
                models == null ? null : NamePatterns.of(List.of(models)),
                row.getString("feature"),
                row.getString("tag_key"),
                row.getString("tag_value"),
                row.getString("end_user"),
                Arrays.stream(row.getArrayOfStrings("per")).map(Scope.Per::of).toList());
    }
}
