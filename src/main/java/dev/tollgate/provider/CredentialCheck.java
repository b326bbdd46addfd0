package dev.tollgate.provider;

import dev.tollgate.net.Destinations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks a provider for something that costs nothing, to see whether an account's credential is good. */
public final class CredentialCheck {
    private static final int PATIENCE_SECONDS = 15;

    private final Supplier<Upstream> connect;
    private final ProviderCatalog catalog;
    private @Nullable Upstream upstream;

    /** @param connect makes the connections, when they are needed first */
    public CredentialCheck(Supplier<Upstream> connect, ProviderCatalog catalog) {
        this.connect = connect;
        this.catalog = catalog;
    }

    private synchronized Upstream upstream() {
        if (upstream == null) {
            upstream = connect.get();
        }
        return upstream;
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
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        return upstream()
                .open(account, /* model= */ null, HttpMethod.GET, path)
                .compose(request -> {
                    sent.set(request);
                    Upstream.authorize(request.headers(), account);
                    return request.send();
                })
                .compose(response -> {
                    int status = response.statusCode();
                    response.exceptionHandler(_ -> {}); // its end, which comes next, is no news
                    response.request().reset(); // what it says beside its status is of no use
                    return Future.succeededFuture(status);
                })
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .onFailure(_ -> {
                    HttpClientRequest request = sent.get();
                    if (request != null) {
                        request.reset();
                    }
                })
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
            case TimeoutException _ -> new Verdict.Unknown("no answer within " + PATIENCE_SECONDS + " s");
            default -> new Verdict.Unknown("the provider can't be reached");
        };
    }
}
