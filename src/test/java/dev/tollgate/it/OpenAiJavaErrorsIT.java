package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.core.Sleeper;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.tollgate.testkit.SharedTollgate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refusals as the official SDK sees them: the right exception, and retries as the provider asks for them. */
class OpenAiJavaErrorsIT {
    private final SdkComparison calls = new SdkComparison();

    @AfterAll
    static void nothing_was_complained_about() {
        assertThat(SharedTollgate.get().complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 409, 422, 429, 500, 503, 529})
    void a_refusal_of_the_provider_comes_as_it_is(int status) {
        OpenAIServiceException failure = calls.sameFailure(chat("gpt-4o-mini"), "x-simulate-fault", "status-" + status);

        assertThat(failure.statusCode()).isEqualTo(status);
        assertThat(calls.booked().outcome()).isEqualTo("upstream_error");
        assertThat(calls.booked().charge().nanos()).isZero();
    }

    @Test
    void what_the_provider_finds_wrong_comes_as_it_is() {
        OpenAIServiceException failure = calls.sameFailure(sdk -> sdk.chat()
                .completions()
                .create(hello("gpt-4o-mini").toBuilder().n(1000).build()));

        assertThat(failure).isInstanceOf(BadRequestException.class);
        assertThat(failure.param()).hasValue("n");
    }

    @Test
    void an_unknown_key_is_unauthorized() {
        OpenAIClient stranger = calls.builder().apiKey("sk-not-ours").build();

        assertThatThrownBy(() -> stranger.chat().completions().create(hello("gpt-4o-mini")))
                .isInstanceOfSatisfying(UnauthorizedException.class, failure -> {
                    assertThat(failure.code()).hasValue("invalid_api_key");
                    assertThat(failure.type()).hasValue("authentication_error");
                });
    }

    @Test
    void a_model_without_a_price_is_a_bad_request() {
        OpenAIServiceException failure = calls.failure(chat("dall-e-3")); // listed by the provider

        assertThat(failure).isInstanceOf(BadRequestException.class);
        assertThat(failure.code()).hasValue("model_not_priced");
        assertThat(failure.param()).hasValue("model");
        assertThat(calls.booked().outcome()).isEqualTo("refused");
    }

    @Test
    void a_model_that_nobody_knows_is_not_found() {
        OpenAIServiceException failure = calls.failure(chat("gpt-of-tomorrow"));

        assertThat(failure).isInstanceOf(NotFoundException.class);
        assertThat(failure.code()).hasValue("model_not_found");
        assertThat(failure.type()).hasValue("invalid_request_error");
        assertThat(failure.param()).hasValue("model");
        assertThat(calls.booked().outcome()).isEqualTo("refused");
    }

    @Test
    void a_model_that_does_not_exist_is_not_found() {
        OpenAIServiceException failure = calls.failure(sdk -> sdk.models().retrieve("no-such-model"));

        assertThat(failure).isInstanceOf(NotFoundException.class);
        assertThat(failure.code()).hasValue("model_not_found");
    }

    @Test
    void an_object_that_does_not_exist_is_not_found() {
        calls.sameFailure(sdk -> sdk.files().retrieve("file-0"));
    }

    @Test
    void a_rate_limit_of_the_provider_is_waited_for_as_it_says() {
        List<Duration> waits = new ArrayList<>();
        OpenAIClient patient = calls.builder("x-simulate-fault", "status-429")
                .maxRetries(2)
                .sleeper(recording(waits))
                .build();

        assertThatThrownBy(() -> patient.chat().completions().create(hello("gpt-4o-mini")))
                .isInstanceOf(RateLimitException.class);
        assertThat(waits).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
        assertThat(calls.booked(3)).allMatch(entry -> entry.status() == 429);
    }

    @Test
    void a_request_that_tollgate_refuses_is_not_retried() {
        List<Duration> waits = new ArrayList<>();
        OpenAIClient patient =
                calls.builder().maxRetries(2).sleeper(recording(waits)).build();

        assertThatThrownBy(() -> patient.chat().completions().create(hello("dall-e-3")))
                .isInstanceOf(BadRequestException.class);
        assertThat(waits).isEmpty();
        assertThat(calls.booked(1)).hasSize(1);
    }

    private static Function<OpenAIClient, ChatCompletion> chat(String model) {
        return sdk -> sdk.chat().completions().create(hello(model));
    }

    private static ChatCompletionCreateParams hello(String model) {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addUserMessage("Hello")
                .build();
    }

    /** Writes down how long the SDK would have waited, instead of waiting. */
    private static Sleeper recording(List<Duration> waits) {
        return new Sleeper() {
            @Override
            public void sleep(Duration duration) {
                waits.add(duration);
            }

            @Override
            public CompletableFuture<Void> sleepAsync(Duration duration) {
                waits.add(duration);
                return CompletableFuture.completedFuture(null);
            }

            @Override
            public void close() {}
        };
    }
}
