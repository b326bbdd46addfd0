package dev.tollgate.wire.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OperationTest {
    @Test
    void these_run_a_model() {
        assertThat(Arrays.stream(Operation.values()).filter(Operation::runsModel))
                .extracting(Operation::label)
                .containsExactly(
                        "chat",
                        "completion",
                        "embedding",
                        "response",
                        "moderation",
                        "image",
                        "speech",
                        "transcription");
    }

    @Test
    void these_tell_the_usage_of_a_stream_only_when_asked_to() {
        assertThat(Arrays.stream(Operation.values()).filter(Operation::hasStreamOptions))
                .containsExactly(Operation.CHAT, Operation.COMPLETION);
    }
}
