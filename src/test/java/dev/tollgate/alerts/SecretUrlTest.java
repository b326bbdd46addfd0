package dev.tollgate.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretUrlTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            https://example.com,              example.com,  443,  /
            https://example.com:8443/a/b?c=d, example.com,  8443, /a/b?c=d
            http://10.0.0.1/x,                10.0.0.1,     80,   /x
            https://[::1]:9/x,                ::1,          9,    /x
            HTTPS://Example.com/%20,          Example.com,  443,  /%20
            """)
    void a_URL_has_a_host_a_port_and_what_is_asked_for(String text, String host, int port, String target) {
        SecretUrl url = SecretUrl.parse(text);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.target()).isEqualTo(target);
        assertThat(url.reveal()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:///x",
                "https://user:secret@example.com/",
                "https://example.com/#x",
                "https://example.com:0/",
                "https://example.com:65536/",
                "https://exa mple.com/secret",
                "https://example.com/\r\nsecret"
            })
    void another_URL_is_refused_without_being_quoted(String text) {
        assertThatThrownBy(() -> SecretUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("expected: https")
                .doesNotContain("secret");
    }

    @Test
    void a_URL_has_a_bound() {
        String longest = "https://example.com/" + "x".repeat(2_028);
        assertThat(SecretUrl.parse(longest).reveal()).hasSize(2_048);
        assertThatThrownBy(() -> SecretUrl.parse(longest + "x")).isInstanceOf(IllegalArgumentException.class);
    }
}
