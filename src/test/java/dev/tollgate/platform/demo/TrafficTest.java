package dev.tollgate.platform.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.demo.Organization.Feature;
import dev.tollgate.pricing.PriceBook;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private final List<Traffic.Next> minute = traffic(/* seed= */ 1, /* calls= */ 600);

    @Test
    void is_the_same_for_the_same_seed_and_another_one_for_another() {
        assertThat(traffic(1, 600)).isEqualTo(minute);
        assertThat(traffic(2, 600)).isNotEqualTo(minute);
    }

    @Test
    void gives_every_feature_of_every_organization_its_turn() {
        List<String> features = Organizations.ALL.stream()
                .flatMap(organization -> organization.features().stream())
                .map(Feature::name)
                .toList();

        assertThat(minute.stream().map(next -> next.call().label().replaceAll("-\\d+$", "")))
                .contains(features.toArray(String[]::new));
    }

    @Test
    void asks_for_models_that_have_a_price_but_for_the_one_that_shows_what_happens_without() {
        assertThat(models().filter(model -> PriceBook.builtIn().find("openai", model) == null))
                .isNotEmpty()
                .containsOnly(Traffic.MODEL_WITHOUT_PRICE);
    }

    @Test
    void goes_wrong_now_and_then_but_not_often() {
        assertThat(minute.stream().filter(next -> next.call().wishes().containsKey("x-simulate-fault")))
                .hasSizeBetween(10, 40);
    }

    @Test
    void has_callers_who_leave_in_the_middle_of_streams_and_never_elsewhere() {
        assertThat(minute.stream().map(Traffic.Next::call).filter(call -> call.patienceMillis() > 0))
                .hasSizeBetween(5, 40)
                .allMatch(Call::isStreamed);
    }

    private Stream<String> models() {
        return minute.stream().map(next -> next.call().body().getString("model"));
    }

    private static List<Traffic.Next> traffic(long seed, int calls) {
        Traffic traffic = new Traffic(Organizations.ALL, new Dice(new SplittableRandom(seed)));
        return Stream.generate(traffic::next).limit(calls).toList();
    }
}
