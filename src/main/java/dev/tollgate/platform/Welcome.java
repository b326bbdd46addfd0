package dev.tollgate.platform;

import dev.tollgate.platform.demo.Places;
import dev.tollgate.provider.Account;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.pg.PgTenancy;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What a person sees who has just started Tollgate: where it is, how to call it, what answers; and the demo. */
@Singleton
final class Welcome {
    private final TollgateConfig config;
    private final Vertx vertx;
    private final OwnSecrets secrets;
    private final FirstAccounts accounts;
    private final Serving serving;
    private final PgTenancy tenancy;
    private final boolean demo;

    Welcome(
            TollgateConfig config,
            Vertx vertx,
            OwnSecrets secrets,
            FirstAccounts accounts,
            Serving serving,
            PgTenancy tenancy,
            @ConfigProperty(name = Demo.PROPERTY, defaultValue = "false") boolean demo) {
        this.config = config;
        this.vertx = vertx;
        this.secrets = secrets;
        this.accounts = accounts;
        this.serving = serving;
        this.tenancy = tenancy;
        this.demo = demo;
    }

    /** Requests are let in. */
    void say(Optional<ApiKey> firstKey) {
        String scheme = config.tlsCertificate().isPresent() ? "https" : "http";
        String host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
        String root = scheme + "://" + host + ":" + serving.port();
        String admin = config.adminPort().isPresent()
                ? "http://" + host + ":" + config.adminPort().getAsInt()
                : root;
        String key = firstKey.map(ApiKey::reveal).orElse(null);
        System.out.print(text(root + "/v1", admin, accounts.all(), key, secrets.fileOfKey()));
        System.out.flush();
        if (demo) {
            Places places = new Places(root + "/v1", admin, secrets.file().toString());
            Demo.start(vertx, tenancy, places);
        }
    }

    /**
     * The text.
     *
     * @param key the first key, or null where it was shown before
     * @param adminUrl where administration is served
     * @param secrets the file that has the first key, or null where another process made it
     */
    static String text(
            String baseUrl, String adminUrl, List<Account> accounts, @Nullable String key, @Nullable Path secrets) {
        String providers = accounts.stream()
                .map(account -> account.simulated()
                        ? "simulated: answers are made up; set OPENAI_API_KEY for real ones"
                        : account.provider() + " at " + account.baseUrl())
                .collect(Collectors.joining(", "));
        String keptKey = secrets != null ? "TOLLGATE_KEY in " + secrets : "one of those that the database has";
        String shownKey = key != null ? key + "   (shown once, kept in " + secrets + ")" : keptKey;
        String curlKey = key != null ? key : "$TOLLGATE_KEY";
        String source = key != null || secrets == null ? "" : "  . " + secrets + "\n";
        return """

                Tollgate is ready.

                  Base URL   %s
                  Key        %s
                  Provider   %s
                  Watch      %s/metrics, %s/health

                Try it:

                %s  curl %s/chat/completions \\
                    -H "Authorization: Bearer %s" -H "Content-Type: application/json" \\
                    -d '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello, Tollgate!"}]}'

                """.formatted(baseUrl, shownKey, providers, adminUrl, adminUrl, source, baseUrl, curlKey);
    }
}
