package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"*", " * ", "\"3\"", "\"2\",\"3\"", "\"2\" , \"3\"", " \"3\" ", "\"3\","})
    void the_version_is_one_of_those_named(String header) {
        IfMatch.parse(header).mustBe(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "W/\"3\"", "\"33\"", "\"\"", "\"2\", W/\"3\""})
    void another_version_is_refused(String header) {
        assertThatThrownBy(() -> IfMatch.parse(header).mustBe(3))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.code()).isEqualTo(ProblemCode.PRECONDITION_FAILED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "3", "\"3", "3\"", "\"3\" \"4\"", "w/\"3\"", "*, \"3\"", "\"3\", x"})
    void what_is_no_list_of_tags_is_refused(String header) {
        assertThatThrownBy(() -> IfMatch.parse(header))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_VALUE));
    }

    @Test
    void a_version_is_quoted() {
        assertThat(IfMatch.tag(3)).isEqualTo("\"3\"");
    }
}
