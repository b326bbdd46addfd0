package dev.tollgate.platform;

import dev.tollgate.provider.Account;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a person sees who has just started Tollgate: where it is, how to call it, what answers. */
final class Welcome {
    private Welcome() {}

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
