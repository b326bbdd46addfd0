package dev.tollgate.provider;

import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks providers for something that costs nothing, apart from any request, to see whether and how they answer. What they say
 * beside a status is not read.
 */
public final class Probe {
    private final Supplier<Upstream> connect;
    private final LongSupplier nanoTime;
    private @Nullable Upstream upstream;

    /** @param connect makes the connections, when they are needed first */
    public Probe(Supplier<Upstream> connect, LongSupplier nanoTime) {
        this.connect = connect;
        this.nanoTime = nanoTime;
    }

    private synchronized Upstream upstream() {
        if (upstream == null) {
            upstream = connect.get();
        }
        return upstream;
    }

    /**
     * How a provider answered.
     *
     * @param status 0 where it did not
     * @param millis how long that took
     */
    public record Answer(AnswerClass outcome, int status, int millis) {}

    /** Asks a provider with an account's credential. Never fails. */
    public Future<Answer> ask(Account account, Provider.Probed what, Duration patience) {
        long begun = nanoTime.getAsLong();
        return status(account, what.method(), what.path(), patience)
                .map(status -> new Answer(outcome(what, status), status, millisSince(begun)))
                .otherwise(failure -> new Answer(
                        failure instanceof TimeoutException ? AnswerClass.TIMEOUT : AnswerClass.UNREACHABLE,
                        /* status= */ 0,
                        millisSince(begun)));
    }

    private static AnswerClass outcome(Provider.Probed what, int status) {
        AnswerClass outcome = AnswerClass.of(status);
        return what.tellsOfCredential() || outcome.isProvidersFault() ? outcome : AnswerClass.SUCCESS;
    }

    private int millisSince(long begunNanos) {
        return (int) TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begunNanos);
    }

    /** The status of an answer. Fails where there is none, with {@link TimeoutException} where it is not there in time. */
    Future<Integer> status(Account account, HttpMethod method, String path, Duration patience) {
        AtomicReference<HttpClientRequest> sent = new AtomicReference<>();
        return upstream()
                .open(account, /* model= */ null, method, path)
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
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> {
                    HttpClientRequest request = sent.get();
                    if (request != null) {
                        request.reset();
                    }
                });
    }
}
