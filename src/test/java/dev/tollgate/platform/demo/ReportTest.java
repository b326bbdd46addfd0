package dev.tollgate.platform.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.KeyUsage;
import dev.tollgate.tenancy.ApiKey;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Outcome ANSWERED = new Outcome(Outcome.End.ANSWERED, 1_250, Money.dollars("0.5"));

    private final Participant books = participant("Harbor Books");
    private final Participant legal = participant("Kestrel Legal");

    @Test
    void shows_what_each_organization_did_and_spent() {
        books.seen().add(call(/* stream= */ true), ANSWERED);
        books.seen().add(call(/* stream= */ true), Outcome.CANCELLED);
        legal.seen().add(call(/* stream= */ false), Outcome.FAILED);
        books.booked(new KeyUsage(List.of(line("gpt-5", 2, 12_000, 3_000, 400, "1.25"))));

        assertThat(Report.byOrganization(List.of(books, legal))).isEqualTo("""
                  organization   requests  streamed  failed  cancelled  tokens in  cached  tokens out   dollars
                  Harbor Books          2         2       0          1     12,000   3,000         400  1.250000
                  Kestrel Legal         1         0       1          0          0       0           0  0.000000
                  all                   3         2       1          1     12,000   3,000         400  1.250000
                """);
    }

    @Test
    void adds_up_a_model_that_several_organizations_use() {
        books.booked(new KeyUsage(
                List.of(line("gpt-5", 2, 1_000, 0, 10, "0.1"), line("gpt-4o", 1, 500, 100, 20, "0.000001499"))));
        legal.booked(new KeyUsage(List.of(line("gpt-5", 3, 2_000, 50, 30, "0.2"))));

        assertThat(Report.byModel(List.of(books, legal))).isEqualTo("""
                  model   requests  tokens in  cached  tokens out   dollars
                  gpt-4o         1        500     100          20  0.000001
                  gpt-5          5      3,000      50          40  0.300000
                  all            6      3,500     150          60  0.300001
                """);
    }

    @Test
    void says_whether_every_request_has_its_entry() {
        books.seen().add(call(true), ANSWERED);
        books.seen().add(call(true), Outcome.FAILED);
        assertThat(Report.completeness(List.of(books)))
                .isEqualTo("2 requests were sent; the ledger has 0 entries for them.\n");

        books.booked(new KeyUsage(List.of(line("gpt-5", 2, 1_000, 0, 10, "0.1"))));
        assertThat(Report.completeness(List.of(books)))
                .isEqualTo("2 requests were sent, and the ledger has one entry for each.\n");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000000", "0.0000004, 0.000000", "0.0000005, 0.000001", "1234.5678, '1,234.567800'"})
    void rounds_dollars_to_six_decimals(String dollars, String shown) {
        assertThat(Report.dollars(Money.dollars(dollars))).isEqualTo(shown);
    }

    private static Participant participant(String name) {
        return new Participant(new Organization(name, 1, List.of()), ApiKey.generate(new SplittableRandom(1)));
    }

    private static Call call(boolean stream) {
        return new Call("chat-1", "/chat/completions", new JsonObject().put("stream", stream), Map.of(), 0);
    }

    private static KeyUsage.Line line(
            String model, long requests, long input, long cached, long output, String dollars) {
        return new KeyUsage.Line(model, requests, input, cached, output, Money.dollars(dollars));
    }
}
