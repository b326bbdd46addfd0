package dev.tollgate.provider;

import dev.tollgate.net.Destinations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Asks a provider for something that costs nothing, to see whether an account's credential is good. */
public final class CredentialCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Probe probe;
    private final ProviderCatalog catalog;

    public CredentialCheck(Probe probe, ProviderCatalog catalog) {
        this.probe = probe;
        this.catalog = catalog;
    }

    /** What came of it. */
    public sealed interface Verdict {
        record Good() implements Verdict {}

        /** The provider refuses the credential. */
        record Refused(int status) implements Verdict {}

        /** The base URL may not be connected to. */
        record Forbidden(String why) implements Verdict {}

        /** The provider can't be asked at present; why it is not known. */
        record Unknown(String why) implements Verdict {}

        /** This provider has nothing that would tell. */
        record Untold() implements Verdict {}
    }

    /** Never fails. */
    public Future<Verdict> check(Account account) {
        String path = catalog.find(account.provider())
                .map(Provider::checkPath)
                .filter(given -> !given.isEmpty())
                .orElse(null);
        if (path == null) {
            return Future.succeededFuture(new Verdict.Untold());
        }
        return probe.status(account, HttpMethod.GET, path, PATIENCE)
                .map(CredentialCheck::verdict)
                .otherwise(failure -> failed(failure));
    }

    private static Verdict verdict(int status) {
        return switch (status) {
            case 401, 403 -> new Verdict.Refused(status);
            default ->
                status / 100 == 2
                        ? new Verdict.Good()
                        : new Verdict.Unknown("the provider answered " + status
                                + (status / 100 == 3 ? "; redirects are not followed" : ""));
        };
    }

    /** In our words where an exception's own would tell addresses. */
    private static Verdict failed(Throwable failure) {
        return switch (failure) {
            case GuardedHosts.Refused refused -> new Verdict.Forbidden(String.valueOf(refused.getMessage()));
            case Destinations.Unknown unknown -> new Verdict.Unknown(String.valueOf(unknown.getMessage()));
            case TimeoutException _ -> new Verdict.Unknown("no answer within " + PATIENCE.toSeconds() + " s");
            default -> new Verdict.Unknown("the provider can't be reached");
        };
    }
}
