package dev.tollgate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MeterTest {
    @ParameterizedTest
    @EnumSource
    void a_label_leads_back_to_its_meter(Meter meter) {
        assertThat(meter.label()).matches("[a-z]+(_[a-z]+)*");
        assertThat(Meter.ofLabel(meter.label())).isSameAs(meter);
    }

    @ParameterizedTest
    @EnumSource
    void a_meter_is_priced_as_one_of_the_same_kind_that_comes_before_it(Meter meter) {
        Meter pricedAs = meter.pricedAs();
        if (pricedAs != null) {
            assertThat(pricedAs.kind()).isEqualTo(meter.kind());
            assertThat(pricedAs).isLessThan(meter);
        }
    }

    @Test
    void an_unknown_label_is_refused() {
        assertThatThrownBy(() -> Meter.ofLabel("inputt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("inputt");
    }

    @Test
    void units_have_no_other_meter_to_be_priced_as() {
        assertThat(Meter.values())
                .filteredOn(meter -> meter.kind() == Meter.Kind.UNIT)
                .isNotEmpty()
                .allSatisfy(meter -> assertThat(meter.pricedAs()).isNull());
    }
}
