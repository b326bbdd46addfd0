package dev.tollgate.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.core.MultipartField;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import com.openai.models.images.ImageEditParams;
import com.openai.models.images.ImageGenerateParams;
import dev.tollgate.kernel.Meter;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.SharedTollgate;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not text, through the official SDK: images, sound, files; binary answers and multipart requests. */
class OpenAiJavaMediaIT {
    /** Three seconds of sound, as the provider counts them. */
    private static final byte[] SOUND = new byte[3 * 32_000];

    private final SdkComparison calls = new SdkComparison();

    @AfterAll
    static void nothing_was_complained_about() {
        assertThat(SharedTollgate.get().complaints()).isEmpty();
    }

    @Test
    void makes_images() {
        calls.same(sdk -> sdk.images()
                .generate(ImageGenerateParams.builder()
                        .model("gpt-image-1")
                        .prompt("A toll gate")
                        .n(2)
                        .build()));

        assertThat(calls.bookedExactly().count("image_output")).isEqualTo(2 * 1056);
    }

    @Test
    void streams_images() {
        calls.sameStream(sdk -> sdk.images()
                .generateStreaming(ImageGenerateParams.builder()
                        .model("gpt-image-1")
                        .prompt("A toll gate")
                        .partialImages(2)
                        .build()));

        calls.bookedExactly();
    }

    @Test
    void edits_images() {
        calls.same(sdk -> sdk.images()
                .edit(ImageEditParams.builder()
                        .model("gpt-image-1")
                        .prompt("Open the gate")
                        .image(part("gate.png", ImageEditParams.Image.ofInputStream(stream(new byte[500]))))
                        .build()));

        assertThat(calls.bookedExactly().count("image_input")).isPositive();
    }

    @Test
    void speaks_at_a_price_per_character() {
        byte[] speech = calls.sameBytes(sdk -> sdk.audio()
                .speech()
                .create(speech("tts-1").input("Hello, Tollgate!").build()));

        assertThat(speech).hasSizeGreaterThan(1_000);
        assertThat(calls.bookedExactly().count("character")).isEqualTo(16);
    }

    /** The answer is sound alone and tells no tokens, so they are estimated from the text. */
    @Test
    void speaks_at_a_price_per_token() {
        calls.sameBytes(sdk -> sdk.audio()
                .speech()
                .create(speech("gpt-4o-mini-tts").input("Hello, Tollgate!").build()));

        Ledger.Entry entry = calls.booked();
        assertThat(entry.estimated()).isTrue();
        assertThat(entry.charge().nanos()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe"})
    void transcribes(String model) {
        calls.same(sdk -> sdk.audio().transcriptions().create(transcription(model)));

        Ledger.Entry entry = calls.bookedExactly();
        assertThat(entry.count(Meter.SECOND.label()) + entry.count(Meter.AUDIO_INPUT.label()))
                .isPositive();
    }

    @Test
    void streams_a_transcription() {
        calls.sameStream(sdk -> sdk.audio().transcriptions().createStreaming(transcription("gpt-4o-transcribe")));

        calls.bookedExactly();
    }

    @Test
    void keeps_files() {
        calls.same(sdk -> {
            FileObject made = sdk.files()
                    .create(FileCreateParams.builder()
                            .file(file("lines.jsonl", "{\"a\":1}\n".getBytes(UTF_8)))
                            .purpose(FilePurpose.BATCH)
                            .build());
            FileObject read = sdk.files().retrieve(made.id());
            List<FileObject> listed = sdk.files().list().data().stream()
                    .filter(file -> file.id().equals(made.id()))
                    .toList();
            return List.of(made, read, listed, sdk.files().delete(made.id()));
        });

        assertThat(calls.booked(4))
                .allMatch(entry -> entry.text("operation").equals("object"))
                .allMatch(entry -> entry.charge().nanos() == 0);
    }

    @Test
    void gives_back_the_bytes_of_a_file() {
        byte[] bytes = new byte[200_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        String id = calls.through()
                .files()
                .create(FileCreateParams.builder()
                        .file(file("bytes.bin", bytes))
                        .purpose(FilePurpose.USER_DATA)
                        .build())
                .id();

        assertThat(calls.sameBytes(sdk -> sdk.files().content(id))).isEqualTo(bytes);
    }

    private static SpeechCreateParams.Builder speech(String model) {
        return SpeechCreateParams.builder().model(model).voice(SpeechCreateParams.Voice.UnionMember1.ALLOY);
    }

    private static TranscriptionCreateParams transcription(String model) {
        return TranscriptionCreateParams.builder()
                .model(model)
                .file(file("speech.wav", SOUND))
                .build();
    }

    private static MultipartField<InputStream> file(String name, byte[] content) {
        return part(name, stream(content));
    }

    private static <T> MultipartField<T> part(String name, T value) {
        return MultipartField.<T>builder()
                .value(value)
                .contentType("application/octet-stream")
                .filename(name)
                .build();
    }

    private static InputStream stream(byte[] content) {
        return new ByteArrayInputStream(content);
    }
}
