package dev.tollgate.reports.pg;

import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters of a statement, collected while its text is written. */
final class Parameters {
    private final List<@Nullable Object> values = new ArrayList<>();

    /** Adds a value and tells its place: {@code $3}. */
    String add(@Nullable Object value) {
        values.add(value);
        return "$" + values.size();
    }

    String add(Instant instant) {
        return add((Object) utc(instant)) + "::timestamptz";
    }

    /** Any of the texts. */
    String addTexts(List<String> texts) {
        return add((Object) texts.toArray(String[]::new)) + "::text[]";
    }

    String addTimes(List<Instant> instants) {
        return add((Object) instants.stream().map(Parameters::utc).toArray(OffsetDateTime[]::new)) + "::timestamptz[]";
    }

    Tuple tuple() {
        return Tuple.from(values);
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
