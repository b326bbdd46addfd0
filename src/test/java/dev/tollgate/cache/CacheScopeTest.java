package dev.tollgate.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheScopeTest {
    private static final List<CacheScope> ALL = List.of(
            CacheScope.ofOrganization("org_1"),
            CacheScope.ofClient("org_1", "cli_1"),
            CacheScope.ofClient("org_1", null),
            CacheScope.ofPool("org_1"),
            CacheScope.ofPool("faq"));

    @Test
    void has_a_text_of_its_own_that_says_which_it_is() {
        assertThat(ALL).extracting(CacheScope::text).doesNotHaveDuplicates();
        assertThat(ALL).allSatisfy(scope -> {
            assertThat(CacheScope.of(scope.text())).isEqualTo(scope).hasSameHashCodeAs(scope);
            assertThat(CacheScope.of(scope.text()).organizationId()).isEqualTo(scope.organizationId());
            assertThat(CacheScope.of(scope.text()).clientId()).isEqualTo(scope.clientId());
        });
    }

    @Test
    void is_part_of_a_key_whatever_was_asked() {
        byte[] question = new byte[CacheKey.DIGEST_BYTES];
        assertThat(ALL).extracting(scope -> new CacheKey(scope, question)).doesNotHaveDuplicates();
        assertThat(new CacheKey(ALL.getFirst(), question)).isEqualTo(new CacheKey(ALL.getFirst(), question.clone()));
        assertThatThrownBy(() -> new CacheKey(ALL.getFirst(), new byte[20]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("20 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "org_1/", "/", "org 1", "pool:", "pool:a/b", "org_1/cli_1/x", "örg"})
    void is_no_other_text(String text) {
        assertThatThrownBy(() -> CacheScope.of(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
