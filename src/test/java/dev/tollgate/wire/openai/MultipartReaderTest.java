package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Work;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies are written with {@code |} for line ends, and with the boundary {@code b}. */
class MultipartReaderTest {
    private static final String TYPE = "multipart/form-data; boundary=b";
    private static final String MODEL = "--b|Content-Disposition: form-data; name=\"model\"||whisper-1|";
    private static final String FILE = "--b|Content-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"|"
            + "Content-Type: audio/mpeg||ID3 sound|";
    private static final String CLOSE = "--b--|";

    @Nested
    class Facts {
        @Test
        void are_read_from_the_fields_wherever_they_stand() {
            String fields =
                    field("prompt", "12345") + field("stream", "true") + field("n", "2") + field("user", "alice");
            RequestFacts facts = facts(MODEL + fields + FILE + CLOSE);
            RequestFacts expected = new RequestFacts(
                    "whisper-1",
                    true,
                    false,
                    -1,
                    2,
                    false,
                    false,
                    null,
                    null,
                    "alice",
                    5,
                    0,
                    List.of(),
                    false,
                    CacheWish.ANY,
                    facts.work());
            assertThat(facts).isEqualTo(expected);
            assertThat(facts(FILE + fields + field("language", "de") + MODEL + CLOSE))
                    .usingRecursiveComparison()
                    .ignoringFields("work")
                    .isEqualTo(expected);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Content-Disposition: form-data; name=\"model\"",
                    "Content-Disposition: form-data; name=model",
                    "content-disposition:form-data;name=\"model\"",
                    "CONTENT-DISPOSITION: Form-Data; NAME=\"model\" ;",
                    "Content-Type: text/plain; charset=utf-8|Content-Disposition: form-data; name=\"model\"",
                    "Content-Disposition: form-data; name=\"model\"|Content-Transfer-Encoding: 8bit|Content-Length: 9"
                })
        void are_found_in_every_form_that_clients_write(String head) {
            assertThat(facts("--b|" + head + "||whisper-1|" + FILE + CLOSE).model())
                    .isEqualTo("whisper-1");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "multipart/form-data; boundary=b",
                    "multipart/form-data;boundary=\"b\"",
                    "Multipart/Form-Data; charset=utf-8; Boundary=b",
                    "multipart/form-data; boundary=b; charset=\"utf-8\""
                })
        void are_found_with_the_boundary_in_every_form(String type) {
            assertThat(read(Operation.TRANSCRIPTION, type, MODEL + CLOSE, null)
                            .facts()
                            .model())
                    .isEqualTo("whisper-1");
        }

        @Test
        void take_the_model_of_the_path_where_the_body_names_none() {
            assertThat(read(Operation.TRANSCRIPTION, TYPE, FILE + CLOSE, "deployed")
                            .facts()
                            .model())
                    .isEqualTo("deployed");
        }

        @Test
        void are_not_read_from_files() {
            String file = "--b|Content-Disposition: form-data; name=\"model\"; filename=\"model\"||gpt-4o|";
            assertThat(facts(file + MODEL + CLOSE).model()).isEqualTo("whisper-1");
            String named = "--b|Content-Disposition: form-data; name=\"n\"; filename*=utf-8''n||many|";
            assertThat(facts(named + MODEL + CLOSE).choices()).isEqualTo(1);
        }

        @Test
        void are_not_read_from_what_only_looks_like_a_part_within_a_file() {
            String trick = "--b|Content-Disposition: form-data; name=\"file\"; filename=\"a\"||"
                    + "x--b|Content-Disposition: form-data; name=\"model\"||cheap|\n--b--|";
            assertThat(facts(trick + MODEL + CLOSE).model()).isEqualTo("whisper-1");
        }

        @Test
        void end_with_the_closing_boundary() {
            assertThat(facts(MODEL + CLOSE + "epilogue|" + field("n", "5") + CLOSE)
                            .choices())
                    .isEqualTo(1);
        }

        @Test
        void of_an_upload_need_no_model() {
            String purpose = field("purpose", "user_data");
            assertThat(read(Operation.OBJECT, TYPE, purpose + FILE + CLOSE, null)
                            .facts())
                    .usingRecursiveComparison()
                    .ignoringFields("work")
                    .isEqualTo(RequestFacts.NONE);
        }

        @Test
        void say_how_many_of_the_bytes_are_files() {
            int file = "ID3 sound".length();
            Work sound = read(Operation.TRANSCRIPTION, TYPE, MODEL + FILE + CLOSE, null)
                    .facts()
                    .work();
            assertThat(sound.soundBytes()).isEqualTo(file);
            assertThat(sound.mediaBytes()).isEqualTo(file);
            Work images = read(Operation.IMAGE, TYPE, MODEL + FILE + FILE + field("n", "2") + CLOSE, null)
                    .facts()
                    .work();
            assertThat(images.images()).isEqualTo(2);
            assertThat(images.generations()).isEqualTo(2);
        }

        @Test
        void name_the_files_that_fields_refer_to() {
            String fields = field("file_id", "file-1") + field("file_ids[]", "file-2") + field("note", "file-3");
            assertThat(read(Operation.OBJECT, TYPE, fields + CLOSE, null)
                            .facts()
                            .references())
                    .containsExactly("file-1", "file-2");
        }
    }

    @Nested
    class Forwarding {
        @Test
        void renames_the_model_and_nothing_else() {
            assertThat(forward(FILE + MODEL + field("n", "2") + CLOSE, "large", null))
                    .isEqualTo(FILE + MODEL.replace("whisper-1", "large") + field("n", "2") + CLOSE);
        }

        @Test
        void names_a_model_that_only_the_path_names() {
            String added = "--b|Content-Disposition: form-data; name=\"model\"||deployed|";
            assertThat(forward(FILE + CLOSE, null, "deployed")).isEqualTo(added + FILE + CLOSE);
            assertThat(forward(FILE + CLOSE, "large", "deployed"))
                    .isEqualTo(added.replace("deployed", "large") + FILE + CLOSE);
            assertThat(forward("|" + FILE + CLOSE, "large", "deployed"))
                    .isEqualTo("|" + added.replace("deployed", "large") + FILE + CLOSE);
        }

        @Test
        void leaves_files_alone_whatever_is_in_them() {
            Seeds.each(2_000, random -> {
                byte[] before =
                        (lines("--b|Content-Disposition: form-data; name=\"file\"; filename=\"a\"||")).getBytes(UTF_8);
                byte[] content = almostBoundaries(random);
                byte[] after = lines("|" + MODEL + CLOSE).getBytes(UTF_8);
                byte[] body = joined(before, content, after);

                byte[] sent = MultipartReader.read(Operation.TRANSCRIPTION, TYPE, body, 0, body.length, null)
                        .forward("large", false)
                        .toBytes();

                assertThat(sent)
                        .isEqualTo(joined(
                                before,
                                content,
                                new String(after, UTF_8)
                                        .replace("whisper-1", "large")
                                        .getBytes(UTF_8)));
            });
        }

        /** Bytes full of pieces of boundaries, but never a whole one at the beginning of a line. */
        private static byte[] almostBoundaries(Random random) {
            String[] pieces = {
                "\r\n", "\r", "\n", "--", "b", "-b", "\r\n-", "\r\n--", "\r\n\r\n", "x", "\u0000", "\u00ff"
            };
            StringBuilder content = new StringBuilder();
            for (int i = random.nextInt(40); i > 0; i--) {
                content.append(pieces[random.nextInt(pieces.length)]);
            }
            return ("x" + content)
                    .replace("\r\n--b", "")
                    .replace("\r\n--b", "")
                    .replace("\r\n--b", "x")
                    .getBytes(ISO_8859_1);
        }

        private static byte[] joined(byte[]... pieces) {
            byte[] all = new byte
                    [Arrays.stream(pieces).mapToInt(piece -> piece.length).sum()];
            int at = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, all, at, piece.length);
                at += piece.length;
            }
            return all;
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "multipart/form-data",
                    "multipart/form-data; boundary=",
                    "multipart/form-data; boundary=\"\"",
                    "multipart/form-data; x=\"; boundary=b\"",
                    "multipart/form-data; xboundary=b",
                    "multipart/form-data; boundary=b; boundary=c",
                    "multipart/form-data; boundary=\"b",
                    "multipart/form-data; boundary=\"b\\\"\"",
                    "multipart/form-data boundary=b"
                })
        void of_a_type_without_one_clear_boundary(String type) {
            assertThatThrownBy(() -> read(Operation.TRANSCRIPTION, type, MODEL + CLOSE, null))
                    .isInstanceOf(Problem.class)
                    .hasMessage("content-type: no boundary (expected: multipart/form-data; boundary=…)");
        }

        @Test
        void of_a_body_that_breaks_off_wherever_it_does() {
            String body = lines(FILE + MODEL + "--b--");
            for (int length = 0; length < body.length(); length++) {
                String cut = body.substring(0, length);
                assertThatThrownBy(() -> read(Operation.TRANSCRIPTION, TYPE, cut, null))
                        .isInstanceOf(Problem.class)
                        .hasMessage("The multipart body breaks off before its closing boundary.");
            }
        }

        @ParameterizedTest
        @CsvSource(delimiter = '!', textBlock = """
                Content-Type: text/plain                                               ! # no name at all
                Content-Disposition: attachment; name="model"                          ! # not form-data
                Content-Disposition: form-data                                         ! # no name
                Content-Disposition: form-data; name*=utf-8''model                     ! # a name that some don't read
                Content-Disposition: form-data; name="model"; name="n"                 ! # two names
                Content-Disposition: form-data; name="mod\\el"                         ! # a name that some unescape
                Content-Disposition: form-data; name="model                            ! # a name that doesn't end
                Content-Disposition: form-data; name="model" x                         ! # more than parameters
                Content-Disposition: form-data; name="n"|Content-Disposition: form-data; name="model" ! # two dispositions
                Content-Disposition: form-data;| name="model"                          ! # folded
                Content-Disposition : form-data; name="model"                          ! # blank before the colon
                no header                                                              ! # no colon
                Content-Disposition: form-data; name="model"|Content-Transfer-Encoding: base64 ! # encoded
                """)
        void of_a_part_that_could_be_read_in_two_ways(String head, String why) {
            assertThatThrownBy(() -> facts("--b|" + head + "||whisper-1|" + MODEL + CLOSE))
                    .as(why)
                    .isInstanceOf(Problem.class)
                    .hasMessage("The multipart body has a part whose head is not understood"
                            + " (expected: Content-Disposition: form-data; name=\"…\").");
        }

        @Test
        void of_heads_that_are_folded_with_bare_line_ends() {
            for (String lineEnd : new String[] {"\n", "\r", "\r\r\n", "\n\r\n"}) {
                String head = "Content-Disposition: form-data; name=\"x\"" + lineEnd
                        + "Content-Disposition: form-data; name=\"model\"";
                assertThatThrownBy(() -> facts("--b|" + head + "||gpt|" + MODEL + CLOSE))
                        .isInstanceOf(Problem.class);
            }
        }

        @Test
        void of_a_part_with_nothing_below_its_head() {
            assertThatThrownBy(() -> facts("--b|Content-Disposition: form-data; name=\"x\"|" + MODEL + CLOSE))
                    .isInstanceOf(Problem.class);
            assertThatThrownBy(() -> facts("--b|Content-Disposition: form-data; name=\"x\"||" + MODEL + CLOSE))
                    .isInstanceOf(Problem.class);
        }

        @Test
        void of_text_after_a_boundary() {
            assertThatThrownBy(() -> facts("--b |Content-Disposition: form-data; name=\"x\"||1|" + MODEL + CLOSE))
                    .isInstanceOf(Problem.class);
            assertThatThrownBy(() -> facts("--bb|Content-Disposition: form-data; name=\"x\"||1|" + MODEL + CLOSE))
                    .isInstanceOf(Problem.class);
        }

        @Test
        void of_a_head_that_is_longer_than_any() {
            String padding = "X-Padding: " + "\\".repeat(8_000) + "|";
            assertThat(facts("--b|" + padding + MODEL.substring("--b|".length()) + CLOSE)
                            .model())
                    .isEqualTo("whisper-1");
            assertThatThrownBy(() -> facts("--b|" + padding + padding + MODEL.substring("--b|".length()) + CLOSE))
                    .isInstanceOf(Problem.class);
        }

        @Test
        void are_not_made_of_long_file_names() {
            String name = "\\\"".repeat(3_900);
            String file = "--b|Content-Disposition: form-data; name=\"file\"; filename=\"" + name + "\"||x|";
            assertThat(facts(file + MODEL + CLOSE).model()).isEqualTo("whisper-1");
        }

        @ParameterizedTest
        @CsvSource({"model, gpt-4o", "stream, true", "n, 1", "user, a"})
        void of_a_field_that_is_given_twice(String name, String value) {
            assertThatThrownBy(() -> facts(field(name, value) + field("x", "y") + field(name, value) + CLOSE))
                    .isInstanceOf(Problem.class)
                    .hasMessage(name + ": given twice (expected: once)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "1.5", "many", "", "99999999999"})
        void of_a_number_of_choices_that_is_none(String n) {
            assertThatThrownBy(() -> facts(MODEL + field("n", n) + CLOSE))
                    .isInstanceOf(Problem.class)
                    .hasMessage("n: " + n + " (expected: a whole number >= 1)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"1", "yes", "t", ""})
        void of_a_stream_that_some_take_for_true(String stream) {
            assertThatThrownBy(() -> facts(MODEL + field("stream", stream) + CLOSE))
                    .isInstanceOf(Problem.class)
                    .hasMessage("stream: " + stream + " (expected: true or false)");
        }

        @Test
        void of_a_missing_model() {
            assertThatThrownBy(() -> facts(FILE + CLOSE)).isInstanceOfSatisfying(Problem.class, problem -> {
                assertThat(problem.code()).isEqualTo(ProblemCode.MISSING_VALUE);
                assertThat(problem.param()).isEqualTo("model");
            });
            assertThatThrownBy(() -> facts(field("model", "") + CLOSE)).isInstanceOf(Problem.class);
        }

        @Test
        void of_a_model_longer_than_any() {
            assertThatThrownBy(() -> facts(field("model", "m".repeat(70_000)) + CLOSE))
                    .isInstanceOf(Problem.class)
                    .hasMessage("model: 70000 bytes (expected: at most 65536)");
        }

        @Test
        void of_more_parts_than_any_form_has() {
            String part = field("x", "y");
            assertThat(facts(MODEL + part.repeat(999) + CLOSE).model()).isEqualTo("whisper-1");
            assertThatThrownBy(() -> facts(MODEL + part.repeat(1_000) + CLOSE))
                    .isInstanceOf(Problem.class)
                    .hasMessage("The multipart body has more than 1000 parts.");
        }

        /** Whatever comes in, the answer is facts or a Problem. */
        @Test
        void are_all_that_damaged_bodies_lead_to() {
            String body = lines(FILE + MODEL + field("n", "2") + CLOSE);
            Seeds.each(20_000, random -> {
                byte[] bytes = body.getBytes(UTF_8);
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = bytes[random.nextInt(bytes.length)];
                }
                try {
                    MultipartReader.read(Operation.TRANSCRIPTION, TYPE, bytes, 0, bytes.length, null)
                            .forward("large", false)
                            .toBytes();
                } catch (Problem problem) {
                    assertThat(problem.code().status()).isEqualTo(400);
                }
            });
        }
    }

    private static String field(String name, String value) {
        return "--b|Content-Disposition: form-data; name=\"" + name + "\"||" + value + "|";
    }

    private static RequestFacts facts(String body) {
        return read(Operation.TRANSCRIPTION, TYPE, body, null).facts();
    }

    private static String forward(String body, @Nullable String model, @Nullable String deployment) {
        byte[] sent = read(Operation.TRANSCRIPTION, TYPE, body, deployment)
                .forward(model, /* askForUsage= */ true)
                .toBytes();
        return new String(sent, UTF_8).replace("\r\n", "|");
    }

    /** Reads a body that lies within a larger array, as bodies do. */
    private static RequestBody read(Operation operation, String type, String body, @Nullable String deployment) {
        byte[] bytes = ("\r\n--b\r\n" + lines(body) + "\r\n--b--\r\n").getBytes(UTF_8);
        int start = "\r\n--b\r\n".length();
        return MultipartReader.read(operation, type, bytes, start, bytes.length - "\r\n--b--\r\n".length(), deployment);
    }

    private static String lines(String text) {
        return text.replace("|", "\r\n");
    }
}
