package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.AdminJson;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.UsagePosition;
import dev.tollgate.reports.UsageRow;
import dev.tollgate.tenancy.KeyLabel;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SpendDaysTest {
    private static final Periods DAYS = Periods.of(
            Instant.parse("2026-11-20T00:00:00Z"), Instant.parse("2026-11-23T00:00:00Z"), Interval.DAY, ZoneOffset.UTC);

    /** 0.1 + 0.2 + 0.000000001 = 0.300000001 dollars, of which 0.1 + 0.2 = 0.3 by one key. */
    @Test
    void every_day_has_its_sums_and_one_without_spend_has_none() {
        KeyLabel one = new KeyLabel("org_x", "one", "ann", new byte[32]);
        KeyLabel two = new KeyLabel("org_x", "two", null, filled((byte) 1));
        List<UsageRow> rows = List.of(
                row(0, "key_1", "gpt-5", 100_000_000),
                row(0, "key_1", null, 200_000_000),
                row(0, "key_2", "gpt-5", 1),
                row(2, "key_2", "gpt-5", 5_000_000_000L));
        assertThat(AdminJson.text(SpendDays.of(DAYS, rows, Map.of("key_1", one, "key_2", two))))
                .isEqualTo("""
                        [{"startTime":"2026-11-20","spend":0.300000001,"%1$s":0.3,"%2$s":0.000000001,\
                        "users":{"ann":0.3,"":0.000000001},"models":{"gpt-5":0.100000001,"":0.2}},\
                        {"startTime":"2026-11-21","spend":0,"users":{},"models":{}},\
                        {"startTime":"2026-11-22","spend":5,"%2$s":5,"users":{"":5},"models":{"gpt-5":5}}]""".formatted("00".repeat(32), "01".repeat(32)));
    }

    private static byte[] filled(byte value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, value);
        return bytes;
    }

    private static UsageRow row(int period, String key, @Nullable String model, long nanos) {
        return new UsageRow(
                period,
                Arrays.asList(key, model),
                Arrays.asList(null, null),
                new Figures(Map.of(Figure.CHARGE, BigInteger.valueOf(nanos))),
                null,
                new UsagePosition("", period, List.of()));
    }
}
