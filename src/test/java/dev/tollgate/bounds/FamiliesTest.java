package dev.tollgate.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceHistory;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.pricing.Terms;
import dev.tollgate.wire.Work.Cap;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FamiliesTest {
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":10,"
                    + "\"max_completion_tokens\":10}";

    private final Families families = Families.builtIn();

    @ParameterizedTest
    @CsvSource({
        "openai, gpt-4o-mini, 48169, O200K_BASE",
        "openai, gpt-4o-2024-11-20, 1445, O200K_BASE",
        "openai, ft:gpt-4o-mini-2024-07-18, 48169, O200K_BASE",
        "openai, gpt-5-nano, 3779, O200K_BASE",
        "openai, gpt-5, 1190, O200K_BASE",
        "openai, gpt-5.1, 24600,",
        "openai, gpt-4-turbo, 1445, CL100K_BASE",
        "openai, o3-mini, 1275, O200K_BASE",
        "groq, openai/gpt-oss-120b, -1, O200K_BASE",
        "bedrock, us.anthropic.claude-opus-5, 5000,",
        "acme, whatever, -1,"
    })
    void the_first_that_fits_holds(String provider, String model, long imageTokens, EncodingType encoding) {
        Family family = families.of(provider, model);
        assertThat(family.imageTokens()).isEqualTo(imageTokens);
        assertThat(family.encoding()).isEqualTo(encoding);
    }

    @Test
    void whatever_is_not_known_counts_as_the_worst() {
        Family unknown = families.of("acme", "whatever");
        assertThat(unknown.published()).isFalse();
        assertThat(unknown.expansion()).isEqualTo(11);
        assertThat(unknown.caps()).containsExactly(Cap.MAX_TOKENS);
        assertThat(unknown.countsToolCalls()).isFalse();
    }

    @Test
    void every_model_with_a_built_in_price_that_can_chat_is_bounded_unless_it_searches_by_itself() {
        Bounds bounds = new Bounds();
        RequestBody body = Asked.body(Operation.CHAT, CHAT);
        int chats = 0;
        for (PriceHistory model : PriceBook.builtIn().all()) {
            ModelPrice price = model.at(Long.MAX_VALUE);
            if (price != null && canChat(price)) {
                Tariff tariff = new Tariff(price, price, Terms.NONE.at(Money.ZERO));
                Bound bound = bounds.of(Operation.CHAT, body, model.provider(), model.model(), tariff);
                boolean searches = families.of(model.provider(), model.model()).runsTools();
                assertThat(bound.certainty() == Certainty.UNBOUNDED)
                        .as(() -> model.provider() + "/" + model.model() + ": " + bound.why())
                        .isEqualTo(searches);
                assertThat(bound.outputCap()).as(model.model()).isEqualTo(10);
                chats++;
            }
        }
        assertThat(chats).isGreaterThan(100);
    }

    private static boolean canChat(ModelPrice price) {
        return price.rates(ServiceTier.STANDARD, 0).price(Meter.INPUT).isPresent()
                && price.rates(ServiceTier.STANDARD, 0).price(Meter.OUTPUT).isPresent()
                && price.maxInputTokens().orElse(0) > 1_000;
    }
}
