package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderCatalogTest {
    private final ProviderCatalog catalog = ProviderCatalog.builtIn();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "openai",
                "azure",
                "mistral",
                "deepseek",
                "xai",
                "groq",
                "cerebras",
                "openrouter",
                "together",
                "fireworks",
                "perplexity",
                "google",
                "gemini",
                "ollama",
                "vllm",
                "compatible"
            })
    void knows(String name) {
        assertThat(catalog.find(name)).isPresent();
    }

    @Test
    void each_can_be_asked_for_something_that_costs_nothing() {
        assertThat(probe("openai")).isEqualTo(new Provider.Probed(HttpMethod.GET, "/models"));
        assertThat(probe("openrouter").path()).isEqualTo("/key");
        assertThat(probe("perplexity")).isEqualTo(Provider.Probed.BASE_URL);
    }

    private Provider.Probed probe(String name) {
        return catalog.find(name).orElseThrow().probe();
    }

    @Test
    void names_and_variables_are_unique() {
        assertThat(catalog.all().stream().map(Provider::name)).doesNotHaveDuplicates();
        assertThat(catalog.all().stream().map(Provider::variable)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            openai,     http://127.0.0.1:1234,                 http://127.0.0.1:1234/v1
            groq,       https://proxy.example.com/openai/v1/,  https://proxy.example.com/openai/v1
            perplexity, https://proxy.example.com,             https://proxy.example.com
            """)
    void a_base_url_gets_a_version_where_its_provider_has_one(String provider, String given, String is) {
        assertThat(url(provider, given, /* byDeployments= */ false)).isEqualTo(is);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://our.openai.azure.com",
                "https://our.openai.azure.com/",
                "https://our.openai.azure.com/openai",
                "https://our.openai.azure.com/openai/v1/"
            })
    void of_azure_the_resource_is_enough(String given) {
        assertThat(url("azure", given, /* byDeployments= */ false)).isEqualTo("https://our.openai.azure.com/openai/v1");
        assertThat(url("azure", given, /* byDeployments= */ true)).isEqualTo("https://our.openai.azure.com/openai");
    }

    @Test
    void azure_has_the_deployment_in_the_path_and_the_key_in_a_header_of_its_own() {
        ApiStyle style = catalog.find("azure")
                .orElseThrow()
                .style()
                .with(new ApiStyle.Deployments("2024-10-21", Map.of("gpt-4o-mini", "our mini")));
        assertThat(style.path("gpt-4o-mini", "/chat/completions"))
                .isEqualTo("/deployments/our%20mini/chat/completions?api-version=2024-10-21");
        assertThat(style.path("gpt-4o", "/embeddings?x=y"))
                .isEqualTo("/deployments/gpt-4o/embeddings?x=y&api-version=2024-10-21");
        assertThat(style.path("../../x?y#z", "/chat/completions"))
                .isEqualTo("/deployments/..%2F..%2Fx%3Fy%23z/chat/completions?api-version=2024-10-21");
        assertThat(style.path(null, "/models")).isEqualTo("/models?api-version=2024-10-21");

        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        style.authorize(headers, "k");
        assertThat(headers.get("api-key")).isEqualTo("k");
        assertThat(headers.contains("authorization")).isFalse();
        style.withBearer().authorize(headers, "token");
        assertThat(headers.get("authorization")).isEqualTo("Bearer token");
    }

    @Test
    void mistral_tells_usage_unasked_and_refuses_to_be_asked() {
        assertThat(catalog.find("mistral").orElseThrow().style().usageUnasked()).isTrue();
        assertThat(catalog.find("openai").orElseThrow().style().usageUnasked()).isFalse();
    }

    @Test
    void a_base_url_that_is_none_is_refused() {
        assertThatThrownBy(() -> url("openai", "ftp://example.com", false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private String url(String provider, String given, boolean byDeployments) {
        return catalog.find(provider)
                .orElseThrow()
                .baseUrl(given, byDeployments)
                .toString();
    }
}
