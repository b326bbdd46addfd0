package dev.tollgate.pricing.litellm;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The comparison as a page of the documentation. */
final class Report {
    private static final int NAMES_MAX = 40;

    private final StringBuilder page = new StringBuilder();

    private Report() {}

    static String of(List<Comparison> comparisons, String litellmVersion, String date) {
        Report report = new Report();
        report.head(litellmVersion, date);
        report.overview(comparisons);
        comparisons.forEach(report::provider);
        return report.page.toString();
    }

    private void head(String litellmVersion, String date) {
        page.append("""
                # Prices compared with LiteLLM's list

                Made by `./tollgate prices compare` on %s, from version %s of LiteLLM's package. Not edited by hand.

                Compared is every figure that LiteLLM's list has for a model, in every service tier and above every
                long-context step, with what Tollgate charges for it. Figures are dollars per million tokens, seconds,
                characters, pages or search units. A difference says that one of the two is wrong, rounds, or is of
                another day; [prices.md](prices.md) tells how our figures were checked.
                """.formatted(date, litellmVersion));
    }

    private void overview(List<Comparison> comparisons) {
        page.append("""

                | provider | names that agree | names that differ | models only here | names only there |
                |---|---|---|---|---|
                """);
        for (Comparison comparison : comparisons) {
            row(
                    comparison.provider(),
                    comparison.agreeing().size(),
                    comparison.differing(),
                    comparison.onlyHere().size(),
                    comparison.onlyThere().size());
        }
        row(
                "all",
                comparisons.stream().mapToLong(c -> c.agreeing().size()).sum(),
                comparisons.stream().mapToLong(Comparison::differing).sum(),
                comparisons.stream().mapToLong(c -> c.onlyHere().size()).sum(),
                comparisons.stream().mapToLong(c -> c.onlyThere().size()).sum());
    }

    private void provider(Comparison comparison) {
        page.append("\n## ").append(comparison.provider()).append('\n');
        if (!comparison.differences().isEmpty()) {
            page.append("\n| model | price | here | LiteLLM | here / LiteLLM |\n|---|---|---|---|---|\n");
            for (Comparison.Difference difference : comparison.differences()) {
                row(
                        "`" + difference.model() + "`",
                        difference.figure().label(),
                        plain(difference.here()),
                        plain(difference.there()),
                        ratio(difference.here(), difference.there()));
            }
        }
        names("Only here", comparison.onlyHere());
        names("Only there", comparison.onlyThere());
    }

    private void names(String title, List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        page.append('\n').append(title).append(": ").append(names.size());
        if (names.size() <= NAMES_MAX) {
            names.forEach(name -> page.append("\n- `").append(name).append('`'));
        }
        page.append('\n');
    }

    private void row(Object... cells) {
        for (Object cell : cells) {
            page.append("| ").append(cell).append(' ');
        }
        page.append("|\n");
    }

    private static String plain(@Nullable BigDecimal price) {
        return price == null
                ? "none"
                : new BigDecimal(price.stripTrailingZeros().toPlainString()).toPlainString();
    }

    private static String ratio(@Nullable BigDecimal here, BigDecimal there) {
        return here == null || there.signum() == 0 ? "" : plain(here.divide(there, 4, RoundingMode.HALF_UP));
    }
}
