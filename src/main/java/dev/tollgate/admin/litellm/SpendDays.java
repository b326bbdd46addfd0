package dev.tollgate.admin.litellm;

import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.UsageRow;
import dev.tollgate.tenancy.KeyLabel;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Spend by day as LiteLLM sums it: of all, of each key, of each of their users and of each model. */
final class SpendDays {
    private static final int NANOS_SCALE = 9;

    private SpendDays() {}

    /**
     * An object for each day, days without spend included.
     *
     * @param rows by day, key and model
     */
    static List<Map<String, Object>> of(Periods days, List<UsageRow> rows, Map<String, KeyLabel> labels) {
        List<Day> all = new ArrayList<>();
        days.starts().forEach(_ -> all.add(new Day()));
        for (UsageRow row : rows) {
            BigInteger nanos = Objects.requireNonNullElse(row.figures().sum(Figure.CHARGE), BigInteger.ZERO);
            BigDecimal dollars = new BigDecimal(nanos, NANOS_SCALE);
            all.get(row.period())
                    .add(
                            labels.get(text(row.groups().get(0))),
                            text(row.groups().get(1)),
                            dollars);
        }
        List<Map<String, Object>> told = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            String date =
                    days.starts().get(i).atZone(ZoneOffset.UTC).toLocalDate().toString();
            told.add(all.get(i).told(date));
        }
        return told;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static final class Day {
        private final Map<String, BigDecimal> keys = new LinkedHashMap<>();
        private final Map<String, BigDecimal> users = new LinkedHashMap<>();
        private final Map<String, BigDecimal> models = new LinkedHashMap<>();
        private BigDecimal spend = BigDecimal.ZERO;

        void add(@Nullable KeyLabel label, String model, BigDecimal dollars) {
            spend = spend.add(dollars);
            keys.merge(label == null ? "" : KeyNames.token(label.sha256()), dollars, BigDecimal::add);
            users.merge(text(label == null ? null : label.owner()), dollars, BigDecimal::add);
            models.merge(model, dollars, BigDecimal::add);
        }

        Map<String, Object> told(String date) {
            Map<String, Object> day = new LinkedHashMap<>();
            day.put("startTime", date);
            day.put("spend", trimmed(spend));
            keys.forEach((key, dollars) -> day.put(key, trimmed(dollars)));
            day.put("users", allTrimmed(users));
            day.put("models", allTrimmed(models));
            return day;
        }

        private static Map<String, BigDecimal> allTrimmed(Map<String, BigDecimal> sums) {
            sums.replaceAll((_, dollars) -> trimmed(dollars));
            return sums;
        }

        private static BigDecimal trimmed(BigDecimal dollars) {
            return dollars.stripTrailingZeros();
        }
    }
}
