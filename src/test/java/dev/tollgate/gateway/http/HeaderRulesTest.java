package dev.tollgate.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {

    @Nested
    class ToTheProvider {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                Content-Type     | application/json
                Accept           | text/event-stream
                User-Agent       | OpenAI/Python 2.0
                OpenAI-Beta      | assistants=v2
                Idempotency-Key  | k1
                X-Stainless-Lang | python
                X-Request-Id     | mine
                traceparent      | 00-1-2-01
                """)
        void goes_what_is_meant_for_it(String name, String value) {
            assertThat(toProvider(true, name, value)).isEqualTo(name + ": " + value);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Authorization",
                    "X-Api-Key",
                    "Api-Key",
                    "Cookie",
                    "Proxy-Authorization",
                    "Host",
                    "Content-Length",
                    "Content-Encoding",
                    "Accept-Encoding",
                    "Expect",
                    "Connection",
                    "Keep-Alive",
                    "Proxy-Connection",
                    "TE",
                    "Trailer",
                    "Transfer-Encoding",
                    "Upgrade",
                    "HTTP2-Settings",
                    "Forwarded",
                    "Via",
                    "X-Forwarded-For",
                    "X-Forwarded-Host",
                    "X-Forwarded-Port",
                    "X-Forwarded-Proto",
                    "X-Real-IP",
                    "X-Tollgate-Feature",
                    "x-tollgate-via"
                })
        void goes_nothing_that_is_between_the_caller_and_Tollgate(String name) {
            assertThat(toProvider(false, name, "x")).isEmpty();
            assertThat(toProvider(true, name, "x")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"OpenAI-Organization", "openai-project"})
        void goes_the_callers_choice_of_project_only_over_an_account_of_its_own(String name) {
            assertThat(toProvider(/* shared= */ false, name, "proj_1")).isEqualTo(name + ": proj_1");
            assertThat(toProvider(/* shared= */ true, name, "proj_1")).isEmpty();
        }

        @Test
        void go_several_values_of_one_name_in_their_order() {
            assertThat(toProvider(true, "OpenAI-Beta", "a", "X-One", "1", "openai-beta", "b"))
                    .isEqualTo("OpenAI-Beta: a, X-One: 1, openai-beta: b");
        }
    }

    @Nested
    class ToTheCaller {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                Content-Type         | application/json
                Content-Encoding     | gzip
                Retry-After          | 7
                retry-after-ms       | 700
                openai-processing-ms | 120
                openai-version       | 2020-10-01
                Date                 | Sat, 21 Nov 2026 00:00:00 GMT
                """)
        void goes_what_is_meant_for_it(String name, String value) {
            assertThat(toCaller(true, name, value)).isEqualTo(name + ": " + value);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Length",
                    "Set-Cookie",
                    "Alt-Svc",
                    "X-Request-Id",
                    "Connection",
                    "Keep-Alive",
                    "Proxy-Authenticate",
                    "TE",
                    "Trailer",
                    "Transfer-Encoding",
                    "Upgrade",
                    "X-Tollgate-Cost",
                    "x-tollgate-overhead-ms"
                })
        void goes_nothing_that_Tollgate_says_itself_or_that_is_between_it_and_the_provider(String name) {
            assertThat(toCaller(false, name, "x")).isEmpty();
            assertThat(toCaller(true, name, "x")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "OpenAI-Organization",
                    "openai-project",
                    "x-ratelimit-limit-requests",
                    "X-RateLimit-Remaining-Tokens"
                })
        void goes_what_tells_of_the_account_only_to_its_owner(String name) {
            assertThat(toCaller(/* shared= */ false, name, "x")).isEqualTo(name + ": x");
            assertThat(toCaller(/* shared= */ true, name, "x")).isEmpty();
        }
    }

    /** What a Connection header names is between neighbours, too. */
    @Nested
    class NamedByConnection {
        @ParameterizedTest
        @ValueSource(strings = {"x-hop", "X-HOP", "close, x-hop", "keep-alive ,\tX-Hop , other", "x-hop,"})
        void stays_behind_in_both_directions(String connection) {
            assertThat(toProvider(true, "Connection", connection, "X-Hop", "1", "X-End", "2"))
                    .isEqualTo("X-End: 2");
            assertThat(toCaller(true, "X-Hop", "1", "Connection", connection, "X-End", "2"))
                    .isEqualTo("X-End: 2");
        }

        @Test
        void stays_behind_when_several_headers_name_it() {
            assertThat(toProvider(
                            true,
                            "Connection",
                            "keep-alive",
                            "Connection",
                            "x-hop, x-hop2",
                            "X-Hop",
                            "1",
                            "X-Hop2",
                            "2"))
                    .isEmpty();
            assertThat(toCaller(true, "Connection", "close", "connection", "x-hop", "X-Hop", "1"))
                    .isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"keep-alive", "close", "Keep-Alive", "x-ho", "x-hop2", ""})
        void goes_on_when_it_does_not(String connection) {
            assertThat(toProvider(true, "Connection", connection, "X-Hop", "1")).isEqualTo("X-Hop: 1");
        }
    }

    private static String toProvider(boolean shared, String... namesAndValues) {
        MultiMap to = HttpHeaders.headers();
        HeaderRules.toProvider(headers(namesAndValues), to, shared);
        return text(to);
    }

    private static String toCaller(boolean shared, String... namesAndValues) {
        MultiMap to = HttpHeaders.headers();
        HeaderRules.toCaller(headers(namesAndValues), to, shared);
        return text(to);
    }

    private static MultiMap headers(String... namesAndValues) {
        MultiMap headers = HttpHeaders.headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static String text(Iterable<Map.Entry<String, String>> headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .map(header -> header.getKey() + ": " + header.getValue())
                .collect(Collectors.joining(", "));
    }
}
