package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.MultipartField;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.models.audio.AudioResponseFormat;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.Transcription;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateResponse;
import com.openai.models.audio.transcriptions.TranscriptionStreamEvent;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import com.openai.models.images.ImagesResponse;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MediaTest {
    private static final byte[] THREE_SECONDS = new byte[65_000];

    @RegisterExtension
    static final Simulation simulation = new Simulation();

    private final OpenAIClient sdk = simulation.sdk();

    @Test
    void an_image_is_a_valid_png_and_costs_tokens() throws Exception {
        ImagesResponse images = sdk.images()
                .generate(ImageGenerateParams.builder()
                        .model("gpt-image-1")
                        .prompt("a grey dot")
                        .n(2)
                        .size("1024x1536")
                        .quality(ImageGenerateParams.Quality.LOW)
                        .putAdditionalHeader("x-simulate-tag", "image")
                        .build());
        images.validate();
        byte[] png = Base64.getDecoder()
                .decode(images.data().orElseThrow().getLast().b64Json().orElseThrow());
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(1);
        assertThat(images.usage().orElseThrow().outputTokens()).isEqualTo(2 * 408);
        assertThat(simulation.billed("image"))
                .isEqualTo(Usage.builder()
                        .set(Meter.INPUT, 3)
                        .set(Meter.IMAGE_OUTPUT, 2 * 408)
                        .build());
    }

    @Test
    void an_edit_counts_the_image_that_it_starts_from() {
        ImagesResponse images = sdk.images()
                .edit(ImageEditParams.builder()
                        .model("gpt-image-1")
                        .image(MultipartField.<ImageEditParams.Image>builder()
                                .value(ImageEditParams.Image.ofInputStream(
                                        new ByteArrayInputStream(new byte[] {1, 2, 3})))
                                .filename("dot.png")
                                .build())
                        .prompt("make it grey")
                        .build());
        assertThat(images.usage().orElseThrow().inputTokensDetails().imageTokens())
                .isEqualTo(323);
        assertThat(images.usage().orElseThrow().outputTokens()).isEqualTo(1056);
    }

    @Test
    void an_older_model_bills_each_image() throws Exception {
        String body = simulation
                .post(
                        "/v1/images/generations",
                        "{\"model\":\"dall-e-3\",\"prompt\":\"a dot\",\"n\":3}",
                        "x-simulate-tag",
                        "dall-e")
                .body();
        assertThat(body).contains("\"url\":\"data:image/png;base64,").doesNotContain("usage");
        assertThat(simulation.billed("dall-e"))
                .isEqualTo(Usage.builder().set(Meter.IMAGE, 3).build());
    }

    @Test
    void an_image_can_be_streamed() throws Exception {
        String stream = simulation
                .post(
                        "/v1/images/generations",
                        "{\"model\":\"gpt-image-1\",\"prompt\":\"a dot\",\"stream\":true,\"partial_images\":2}")
                .body();
        assertThat(Simulation.data(stream)).hasSize(3);
        assertThat(stream).contains("event: image_generation.completed").contains("\"output_tokens\":1056");
    }

    @Test
    void speech_is_a_valid_wav_that_grows_with_the_text() throws Exception {
        byte[] shortText = speech("Hello", SpeechCreateParams.ResponseFormat.WAV);
        byte[] longText = speech("Hello".repeat(10), SpeechCreateParams.ResponseFormat.WAV);
        assertThat(AudioSystem.getAudioInputStream(new ByteArrayInputStream(shortText))
                        .getFrameLength())
                .isEqualTo(480);
        assertThat(longText).hasSizeGreaterThan(shortText.length);
        assertThat(speech("Hello", SpeechCreateParams.ResponseFormat.MP3))
                .hasSize(2 * 417)
                .startsWith(0xff, 0xfb);
        assertThat(simulation.billed("speech"))
                .isEqualTo(Usage.builder().set(Meter.CHARACTER, 5 + 50 + 5).build());
    }

    @Test
    void speech_by_tokens_can_be_streamed_with_its_usage() throws Exception {
        String stream = simulation
                .post(
                        "/v1/audio/speech",
                        "{\"model\":\"gpt-4o-mini-tts\",\"voice\":\"alloy\",\"input\":\"Hello\",\"stream_format\":\"sse\"}",
                        "x-simulate-tag",
                        "tts")
                .body();
        assertThat(Simulation.data(stream)).hasSize(3);
        assertThat(Simulation.data(stream).getLast())
                .contains("\"usage\":{\"input_tokens\":2,\"output_tokens\":8,\"total_tokens\":10}");
        assertThat(simulation.billed("tts"))
                .isEqualTo(Usage.builder()
                        .set(Meter.INPUT, 2)
                        .set(Meter.AUDIO_OUTPUT, 8)
                        .build());
    }

    @Test
    void a_transcription_by_tokens_reports_them() {
        Transcription transcription = sdk.audio()
                .transcriptions()
                .create(sound("gpt-4o-transcribe").prompt("a meeting").build())
                .asTranscription();
        transcription.validate();
        assertThat(transcription.text()).isEqualTo("This is a simulated transcription of meeting.wav.");
        Transcription.Usage.Tokens usage = transcription.usage().orElseThrow().asTokens();
        assertThat(usage.inputTokens()).isEqualTo(30 + 3);
        assertThat(usage.outputTokens()).isEqualTo(Tokens.count(transcription.text()));
    }

    @Test
    void a_transcription_by_time_reports_seconds() {
        TranscriptionCreateResponse json =
                sdk.audio().transcriptions().create(sound("whisper-1").build());
        assertThat(json.asTranscription().usage().orElseThrow().asDuration().seconds())
                .isEqualTo(3);
        TranscriptionCreateResponse verbose = sdk.audio()
                .transcriptions()
                .create(sound("whisper-1")
                        .responseFormat(AudioResponseFormat.VERBOSE_JSON)
                        .build());
        assertThat(verbose.asVerbose().duration()).isEqualTo(3);
        assertThat(sdk.audio()
                        .transcriptions()
                        .create(sound("whisper-1")
                                .responseFormat(AudioResponseFormat.TEXT)
                                .build())
                        .asTranscription()
                        .text())
                .startsWith("This is");
        assertThat(simulation.billed("sound"))
                .satisfies(billed -> assertThat(billed.count(Meter.SECOND)).isEqualTo(9));
    }

    @Test
    void a_transcription_can_be_streamed() {
        List<TranscriptionStreamEvent> events;
        try (StreamResponse<TranscriptionStreamEvent> stream = sdk.audio()
                .transcriptions()
                .createStreaming(sound("gpt-4o-mini-transcribe").build())) {
            events = stream.stream().toList();
        }
        String text = events.stream()
                .flatMap(event -> event.transcriptTextDelta().stream())
                .map(delta -> delta.delta())
                .collect(Collectors.joining());
        assertThat(events.getLast().asTranscriptTextDone().text()).isEqualTo(text);
        assertThat(events.getLast().asTranscriptTextDone().usage().orElseThrow().inputTokens())
                .isEqualTo(30);
    }

    private static TranscriptionCreateParams.Builder sound(String model) {
        return TranscriptionCreateParams.builder()
                .model(model)
                .file(Simulation.file("meeting.wav", THREE_SECONDS))
                .putAdditionalHeader("x-simulate-tag", model.startsWith("gpt") ? "tokens" : "sound");
    }

    private byte[] speech(String text, SpeechCreateParams.ResponseFormat format) throws Exception {
        try (HttpResponse response = sdk.audio()
                .speech()
                .create(SpeechCreateParams.builder()
                        .model("tts-1")
                        .voice("alloy")
                        .input(text)
                        .responseFormat(format)
                        .putAdditionalHeader("x-simulate-tag", "speech")
                        .build())) {
            return response.body().readAllBytes();
        }
    }
}
