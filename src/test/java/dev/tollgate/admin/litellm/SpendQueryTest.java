package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpendQueryTest {
    @Test
    void both_days_count_whole() {
        SpendQuery query = SpendQuery.of(parameters("start_date=2026-11-20&end_date=2026-11-21"));
        assertThat(query.isSummed()).isTrue();
        assertThat(query.from()).isEqualTo("2026-11-20T00:00:00Z");
        assertThat(query.to()).isEqualTo("2026-11-22T00:00:00Z");
        assertThat(query.days().starts()).hasSize(2);
    }

    @Test
    void entries_are_told_where_no_days_are_named_or_no_sums_wanted() {
        assertThat(SpendQuery.of(parameters("")).isSummed()).isFalse();
        assertThat(SpendQuery.of(parameters("start_date=2026-11-20&end_date=2026-11-20&summarize=false"))
                        .isSummed())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "end_date, start_date=2026-11-20",
        "start_date, end_date=2026-11-20",
        "end_date, start_date=2026-11-20&end_date=2026-11-19",
        "start_date, start_date=yesterday&end_date=2026-11-19",
        "start_date, start_date=1999-12-31&end_date=2026-11-19",
        "end_date, start_date=2026-11-20&end_date=+999999-01-01",
        "summarize, summarize=1",
        "request_id, request_id=chatcmpl-1",
        "request_id, request_id=req_01a1fe7a9bb87f529740be3a59c7eee8&start_date=2026-11-20&end_date=2026-11-20",
        "apikey, apikey=x",
    })
    void what_can_not_be_asked_is_refused_by_its_name(String parameter, String query) {
        assertThatThrownBy(() -> {
                    KnownParameters.check(parameters(query), SpendQuery.PARAMETERS);
                    SpendQuery.of(parameters(query));
                })
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(parameter));
    }

    private static MultivaluedMap<String, String> parameters(String query) {
        MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
        for (String pair : query.isEmpty() ? new String[0] : query.split("&")) {
            parameters.add(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return parameters;
    }
}
