package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.wire.CacheWish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheWishesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            no-cache                          | false | true  | false | -1
            No-Store                          | true  | false | false | -1
            no-cache , no-store               | false | false | false | -1
            only-if-cached                    | true  | true  | true  | -1
            max-age=60                        | true  | true  | false | 60
            max-age="60"                      | true  | true  | false | 60
            max-age=60, max-age=30            | true  | true  | false | 30
            only-if-cached,max-age=5          | true  | true  | true  | 5
            off                               | false | false | false | -1
            """)
    void are_read_from_directives(String header, boolean mayFind, boolean mayKeep, boolean onlyFound, long maxAge) {
        assertThat(CacheWishes.read(header)).isEqualTo(new CacheWish(mayFind, mayKeep, onlyFound, maxAge, -1, null));
    }

    @Test
    void an_answer_of_no_age_at_all_is_a_new_one() {
        assertThat(CacheWishes.read("max-age=0").mayFind()).isFalse();
        assertThat(CacheWishes.read("max-age=0").mayKeep()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            max-stale=5
            no-transform
            max-age=
            max-age=-1
            max-age=99999999999999999999
            max-age="
            ,,=,
            """)
    void pass_over_what_is_not_known(String header) {
        assertThat(CacheWishes.read(header)).isEqualTo(CacheWish.ANY);
    }
}
