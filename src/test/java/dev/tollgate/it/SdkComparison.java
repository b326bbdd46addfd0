package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.errorprone.annotations.MustBeClosed;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.ObjectMappers;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.errors.OpenAIServiceException;
import dev.tollgate.testkit.Ids;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.SharedTollgate;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes the same call of the official SDK twice, directly to the provider and through Tollgate, and compares what the
 * program sees and what is booked. Ids are new with every call, so they are compared by their kind.
 */
final class SdkComparison {
    private final TollgateProcess tollgate = SharedTollgate.get();
    private final TestProvider provider = TestProvider.get();

    /** Names the last call, in the ledger and in what the provider charged. */
    private String tag = "";

    /** A call whose answer is read event by event. */
    interface StreamedCall<T> {
        @MustBeClosed
        StreamResponse<T> on(OpenAIClient sdk);
    }

    /** A call whose answer is bytes. */
    interface BinaryCall {
        @MustBeClosed
        HttpResponse on(OpenAIClient sdk);
    }

    /** The result through Tollgate, once it has proven to be the one without it. */
    <T> T same(Function<OpenAIClient, T> call) {
        T direct = call.apply(direct());
        T through = call.apply(through());
        assertThat(written(through)).isEqualTo(written(direct));
        return through;
    }

    /** The events of a stream through Tollgate, once they have proven to be those without it. */
    <T> List<T> sameStream(StreamedCall<T> call) {
        return same(sdk -> {
            try (StreamResponse<T> stream = call.on(sdk)) {
                return stream.stream().toList();
            }
        });
    }

    /** The bytes of an answer through Tollgate, once they have proven to be those without it. */
    byte[] sameBytes(BinaryCall call) {
        return same(sdk -> {
            try (HttpResponse answer = call.on(sdk)) {
                return answer.body().readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The failure through Tollgate, once it has proven to be the one without it. */
    OpenAIServiceException sameFailure(Function<OpenAIClient, ?> call, String... headers) {
        OpenAIServiceException direct = failure(call, direct(headers));
        OpenAIServiceException through = failure(call, through(headers));
        assertThat(through).hasSameClassAs(direct);
        assertThat(through.statusCode()).isEqualTo(direct.statusCode());
        assertThat(through.body()).isEqualTo(direct.body());
        return through;
    }

    /** The failure of a call through Tollgate. */
    OpenAIServiceException failure(Function<OpenAIClient, ?> call, String... headers) {
        return failure(call, through(headers));
    }

    /** The last call is in the ledger once, at exactly what the provider charged for it. */
    Ledger.Entry bookedExactly() {
        Ledger.Entry entry = booked();
        assertThat(entry.outcome()).isEqualTo("ok");
        assertThat(entry.charge()).isEqualTo(provider.charged(tag));
        assertThat(entry.estimated()).isFalse();
        return entry;
    }

    /** The last call's one entry. */
    Ledger.Entry booked() {
        return tollgate.ledger().ofCaller(tag);
    }

    /** The entries of the last call, of which the SDK made several. */
    List<Ledger.Entry> booked(int count) {
        return tollgate.ledger().ofCaller(tag, count);
    }

    /** The SDK over Tollgate, for a call of its own. Headers are names and values in turn. */
    OpenAIClient through(String... headers) {
        return builder(headers).build();
    }

    OpenAIOkHttpClient.Builder builder(String... headers) {
        tag = "call-" + UUID.randomUUID();
        return with(tollgate.sdk(), headers)
                .putHeader("x-client-request-id", tag)
                .putHeader("x-simulate-tag", tag);
    }

    /** The SDK without Tollgate. */
    OpenAIClient direct(String... headers) {
        return with(provider.sdk(), headers).build();
    }

    private static OpenAIOkHttpClient.Builder with(OpenAIOkHttpClient.Builder sdk, String... headers) {
        sdk.maxRetries(0).timeout(Duration.ofSeconds(60));
        for (int i = 0; i < headers.length; i += 2) {
            sdk.putHeader(headers[i], headers[i + 1]);
        }
        return sdk;
    }

    private static OpenAIServiceException failure(Function<OpenAIClient, ?> call, OpenAIClient sdk) {
        try {
            throw new AssertionError("no failure, but " + call.apply(sdk));
        } catch (OpenAIServiceException e) {
            return e;
        }
    }

    private static String written(Object result) {
        try {
            return Ids.hiddenIn(ObjectMappers.jsonMapper().writeValueAsString(result));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
