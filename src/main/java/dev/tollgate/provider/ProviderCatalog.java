package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The providers that Tollgate knows, in the order in which they are preferred: one data file, {@code providers.json}. */
public final class ProviderCatalog {
    private static final String FILE = "/providers.json";

    private final List<Provider> providers;

    private ProviderCatalog(List<Provider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** The file that comes with Tollgate. */
    public static ProviderCatalog builtIn() {
        try (InputStream file = ProviderCatalog.class.getResourceAsStream(FILE)) {
            return read(new JsonObject(new String(Objects.requireNonNull(file).readAllBytes(), UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a file of this form. */
    public static ProviderCatalog read(JsonObject file) {
        return new ProviderCatalog(file.getJsonArray("providers").stream()
                .map(each -> provider((JsonObject) each))
                .toList());
    }

    public List<Provider> all() {
        return providers;
    }

    /** The provider of a name or alias. */
    public Optional<Provider> find(String name) {
        return providers.stream().filter(provider -> provider.isCalled(name)).findFirst();
    }

    private static Provider provider(JsonObject entry) {
        String name = entry.getString("name");
        String baseUrl = entry.getString("base_url");
        JsonObject entra = entry.getJsonObject("entra");
        return new Provider(
                name,
                entry.getString("label"),
                baseUrl == null ? null : BaseUrl.exact(baseUrl),
                entry.getString("variable", name.toUpperCase(Locale.ROOT)),
                texts(entry.getJsonArray("aliases")),
                entry.getString("priced_as", name),
                !"optional".equals(entry.getString("credential")),
                checkPath(entry),
                probe(entry),
                style(entry),
                "azure".equals(entry.getString("paths")),
                entra == null ? null : new Provider.Entra(entra.getString("token_url"), entra.getString("scope")));
    }

    private static @Nullable String checkPath(JsonObject entry) {
        return entry.containsKey("check") ? entry.getString("check") : "/models";
    }

    /** What credentials are checked by; where there is nothing, whether the base URL answers at all. */
    private static Provider.Probed probe(JsonObject entry) {
        String path = entry.getString("probe", checkPath(entry));
        return path == null ? Provider.Probed.BASE_URL : new Provider.Probed(HttpMethod.GET, path);
    }

    private static ApiStyle style(JsonObject entry) {
        JsonObject auth = entry.getJsonObject("auth", new JsonObject());
        Map<String, String> headers = new HashMap<>();
        entry.getJsonObject("headers", new JsonObject())
                .forEach(header -> headers.put(header.getKey(), String.valueOf(header.getValue())));
        return new ApiStyle(
                auth.getString("header", ApiStyle.OPENAI.authHeader()),
                headers,
                /* deployments= */ null,
                "unasked".equals(entry.getString("usage_in_streams")),
                new Failures(entry.getJsonArray("failures", new JsonArray()).stream()
                        .map(each -> failure((JsonObject) each))
                        .toList()));
    }

    private static Failures.Own failure(JsonObject own) {
        Failure means = Failure.valueOf("OF_" + own.getString("of").toUpperCase(Locale.ROOT));
        return new Failures.Own(own.getInteger("status"), own.getString("code"), means);
    }

    private static List<String> texts(@Nullable JsonArray array) {
        return array == null ? List.of() : array.stream().map(String::valueOf).toList();
    }
}
