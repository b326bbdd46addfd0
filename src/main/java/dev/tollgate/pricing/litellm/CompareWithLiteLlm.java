package dev.tollgate.pricing.litellm;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tollgate.pricing.PriceBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/** Writes how the built-in prices differ from a list in LiteLLM's form. {@code ./tollgate prices compare} runs it. */
public final class CompareWithLiteLlm {
    private CompareWithLiteLlm() {}

    /** Takes the list, the page to write, and today's date. */
    public static void main(String... args) {
        if (args.length != 3) {
            System.err.println("tollgate: prices compare: " + args.length + " arguments (expected: LIST PAGE DATE)");
            System.exit(2);
        }
        try {
            System.out.println(compare(Path.of(args[0]), Path.of(args[1]), args[2]));
        } catch (JsonProcessingException e) {
            fail(args[0] + " is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            fail(e.toString());
        } catch (IllegalArgumentException | DateTimeException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    /** Writes the page and says in a line what is on it. */
    static String compare(Path list, Path page, String date) throws IOException {
        LiteLlmList theirs = LiteLlmList.read(list);
        Instant today = LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant();
        PriceBook book = PriceBook.builtIn();
        List<Comparison> comparisons = PriceBook.builtInFiles().stream()
                .filter(file -> file.from() == null)
                .map(file -> Comparison.of(file, book, today, theirs))
                .toList();
        Files.writeString(page, Report.of(comparisons, theirs.version(), date));
        long agreeing = comparisons.stream().mapToLong(c -> c.agreeing().size()).sum();
        long differing = comparisons.stream().mapToLong(Comparison::differing).sum();
        return agreeing + " names agree, " + differing + " differ: " + page;
    }

    private static void fail(String problem) {
        System.err.println("tollgate: prices compare: " + problem);
        System.exit(1);
    }
}
