package dev.tollgate.testkit;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.provider.simulated.Charges;
import dev.tollgate.provider.simulated.SimulatedProvider;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * The simulated provider inside the test's own JVM, so that what it charged can be read without asking Tollgate. One for
 * all tests; they tell their charges apart by {@code x-simulate-tag}. Its clock stands still, so that the same question
 * gets the same answer.
 */
public final class TestProvider {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final PriceBook PRICES = PriceBook.builtIn();

    private final SimulatedProvider provider;

    private TestProvider(SimulatedProvider provider) {
        this.provider = provider;
    }

    /** The one of this JVM; it ends with it. */
    public static TestProvider get() {
        return Running.PROVIDER;
    }

    public String baseUrl() {
        return provider.baseUrl();
    }

    /** Speaks to it directly, with its own key. */
    public ApiClient api() {
        return new ApiClient(URI.create(baseUrl().replace("/v1", "")), SimulatedProvider.API_KEY);
    }

    /** The official SDK, speaking to it directly. */
    public OpenAIOkHttpClient.Builder sdk() {
        return OpenAIOkHttpClient.builder().baseUrl(baseUrl()).apiKey(SimulatedProvider.API_KEY);
    }

    public Charges charges() {
        return provider.charges();
    }

    /** What it billed under a tag. */
    public Usage billed(String tag) {
        return charges().ofTag(tag);
    }

    /** How many requests it billed under a tag. */
    public long requests(String tag) {
        return charges().lines().stream()
                .filter(line -> line.tag().equals(tag))
                .mapToLong(Charges.Line::requests)
                .sum();
    }

    /** What it billed under a tag, in money at the standard tier. Exact where the tag names one request. */
    public Money charged(String tag) {
        return charged(tag, ServiceTier.STANDARD);
    }

    public Money charged(String tag, ServiceTier tier) {
        Money sum = Money.ZERO;
        for (Charges.Line line : charges().lines()) {
            if (line.tag().equals(tag)) {
                sum = sum.plus(
                        price(line.model()).costRoundedUp(line.usage(), tier).money());
            }
        }
        return sum;
    }

    /** Whether a model has a built-in price. */
    public static boolean hasPrice(String model) {
        return PRICES.find("openai", model) != null;
    }

    /** The built-in price of a model. */
    public static ModelPrice price(String model) {
        return Objects.requireNonNull(PRICES.find("openai", model), () -> "no price for " + model);
    }

    /** Loaded with the first question. Vert.x runs on daemon-like threads that end with the JVM. */
    private static final class Running {
        static final TestProvider PROVIDER = start();

        private static TestProvider start() {
            Vertx vertx = Vertx.vertx();
            Runtime.getRuntime().addShutdownHook(new Thread(vertx::close, "test-provider-stop"));
            return new TestProvider(SimulatedProvider.start(vertx, 0, Clock.fixed(NOW, ZoneOffset.UTC))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join());
        }
    }
}
