package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # given                                                  | understood
            https://api.openai.com                                   | https://api.openai.com/v1
            https://api.openai.com/                                  | https://api.openai.com/v1
            https://api.openai.com/v1                                | https://api.openai.com/v1
            https://api.openai.com/v1/                               | https://api.openai.com/v1
            https://api.openai.com/v1//                              | https://api.openai.com/v1
            https://api.openai.com:443/v1                            | https://api.openai.com/v1
            HTTPS://api.openai.com/v1                                | https://api.openai.com/v1
            http://localhost:11434                                   | http://localhost:11434/v1
            http://localhost:80/v1                                   | http://localhost/v1
            http://localhost:443/v1                                  | http://localhost:443/v1
            http://127.0.0.1:8000/v1                                 | http://127.0.0.1:8000/v1
            http://[::1]:8000/v1                                     | http://[::1]:8000/v1
            https://openrouter.ai/api/v1                             | https://openrouter.ai/api/v1
            https://api.groq.com/openai/v1                           | https://api.groq.com/openai/v1
            https://api.groq.com/openai                              | https://api.groq.com/openai/v1
            https://generativelanguage.googleapis.com/v1beta/openai  | https://generativelanguage.googleapis.com/v1beta/openai
            https://generativelanguage.googleapis.com/v1beta/openai/ | https://generativelanguage.googleapis.com/v1beta/openai
            https://acme.openai.azure.com/openai/v1                  | https://acme.openai.azure.com/openai/v1
            https://open.bigmodel.cn/api/paas/v4                     | https://open.bigmodel.cn/api/paas/v4
            https://gateway.example/vertex                           | https://gateway.example/vertex/v1
            """)
    void a_base_URL_ends_in_its_version_whether_it_is_given_or_not(String given, String understood) {
        assertThat(BaseUrl.parse(given)).hasToString(understood);
        assertThat(BaseUrl.parse("  " + given + "\n")).hasToString(understood);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.openai.com, true, api.openai.com, 443, api.openai.com",
        "http://api.openai.com, false, api.openai.com, 80, api.openai.com",
        "http://localhost:8080/v1, false, localhost, 8080, localhost:8080",
        "https://localhost:80, true, localhost, 80, localhost:80"
    })
    void its_parts_are_where_to_connect_to(String given, boolean tls, String host, int port, String authority) {
        BaseUrl url = BaseUrl.parse(given);
        assertThat(url.tls()).isEqualTo(tls);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.authority()).isEqualTo(authority);
        assertThat(url.prefix()).isEqualTo("/v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "api.openai.com",
                "api.openai.com/v1",
                "localhost:8080",
                "//api.openai.com/v1",
                "ftp://api.openai.com",
                "https://",
                "https:///v1",
                "https:/api.openai.com",
                "http://a b/v1",
                "https://api.openai.com/v1?key=1",
                "https://api.openai.com/v1#x",
                "http://localhost:99999",
                "http://localhost:0",
                "http://localhost:port"
            })
    void what_is_none_is_refused_with_what_was_expected(String text) {
        assertThatThrownBy(() -> BaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("base URL: " + text
                        + " (expected: http or https, a host and a path, such as https://api.openai.com/v1)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:secret@api.openai.com/v1",
                "https://secret@api.openai.com",
                "https://u:secret@a b/v1"
            })
    void credentials_in_it_are_refused_and_not_repeated(String text) {
        assertThatThrownBy(() -> BaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .doesNotContain("secret");
    }
}
