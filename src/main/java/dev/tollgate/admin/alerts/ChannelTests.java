package dev.tollgate.admin.alerts;

import static java.util.Objects.requireNonNull;

import dev.tollgate.alerts.Alert;
import dev.tollgate.alerts.Attempt;
import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.Courier;
import dev.tollgate.alerts.Severity;
import dev.tollgate.kernel.Credential;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Sends test messages past the outbox, so that how they went can be answered. */
@Singleton
public final class ChannelTests {
    private final Courier courier;
    private final RandomGenerator random;
    private final InstantSource clock;

    public ChannelTests(Courier courier, RandomGenerator random, InstantSource clock) {
        this.courier = courier;
        this.random = random;
        this.clock = clock;
    }

    Run run() {
        return new Run();
    }

    /** One test, made before it is recorded, so that no transaction waits for a receiver. */
    final class Run {
        private @Nullable Channel channel;
        private @Nullable Attempt attempt;

        Future<Void> make(Channel tested) {
            channel = tested;
            Instant now = clock.instant();
            Alert alert = new Alert(
                    /* seq= */ 0,
                    "alr_test" + Credential.newPublicId(random),
                    "test",
                    tested.organizationId(),
                    Severity.INFO,
                    "Test of the alert channel " + tested.name(),
                    new JsonObject().put("channel_id", tested.id()),
                    now,
                    now);
            return courier.bring(alert, tested.target())
                    .onSuccess(result -> attempt = result)
                    .mapEmpty();
        }

        Channel channel() {
            return requireNonNull(channel, "not made yet");
        }

        TestView result() {
            return TestView.of(requireNonNull(attempt, "not made yet"));
        }
    }
}
