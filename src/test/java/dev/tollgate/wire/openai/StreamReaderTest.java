package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.Splice;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams are written with {@code |} for line ends. */
class StreamReaderTest {
    private static final String FIRST =
            "data: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"Hel\"}}],\"usage\":null}||";
    private static final String SECOND =
            "data: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"lo\"}}],\"usage\":null}||";
    private static final String USAGE =
            "data: {\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}||";
    private static final String DONE = "data: [DONE]||";

    @Nested
    class WithoutAskedForUsage {
        @Test
        void a_stream_is_as_if_nobody_had_asked() {
            assertThat(removed(FIRST + SECOND + USAGE + DONE))
                    .isEqualTo((FIRST + SECOND).replace(",\"usage\":null", "") + DONE);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '!', textBlock = """
                {"a":1,"usage":null}                    ! {"a":1}
                {"usage":null,"a":1}                    ! {"a":1}
                {"a":1,"usage":null,"b":2}              ! {"a":1,"b":2}
                {"usage":null}                          ! {}
                { "a" : 1 , "usage" : null }            ! { "a" : 1  }
                { "usage" : null , "a" : 1 }            ! {  "a" : 1 }
                {"a":1,"usage":\tnull\t,"b":[]}         ! {"a":1,"b":[]}
                {"a":"x,","us\\u0061ge":null}           ! {"a":"x,"}
                {"a":"\\"usage\\":null","usage":null}   ! {"a":"\\"usage\\":null"}
                """)
        void the_null_that_came_with_it_is_cut_out_of_every_chunk(String chunk, String sent) {
            assertThat(removed("data: " + chunk + "||")).isEqualTo("data: " + sent + "||");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    // Text and other places that only look like it.
                    "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":null,\"}}]}||",
                    "data: {\"choices\":[{\"usage\":null}],\"x\":{\"usage\":null}}||",
                    "data: {\"response\":{\"usage\":null}}||",
                    ": \"usage\":null||",
                    "event: usage|data: \"usage\":null||",
                    "data: [{\"usage\":null}]||",
                    // Usage that stands in a chunk with an answer, or is none.
                    "data: {\"choices\":[{\"delta\":{}}],\"usage\":{\"prompt_tokens\":1}}||",
                    "data: {\"usage\":{\"prompt_tokens\":1}}||",
                    "data: {\"choices\":[],\"usage\":7}||",
                    "data: {\"choices\":[],\"usage\":\"null\"}||",
                    // A first chunk without choices that tells something else.
                    "data: {\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}||",
                    // What can't be read.
                    "data: {\"usage\":null||",
                    "data: {\"usage\":|data: null}||",
                    "data||",
                    "data:||",
                    "data: ||",
                    "dat: {\"usage\":null}||",
                    "||||"
                })
        void everything_else_passes_as_it_is(String stream) {
            assertThat(removed(stream)).isEqualTo(stream);
        }

        @Test
        void lines_beside_the_data_stay_or_go_with_it() {
            assertThat(removed("event: chunk|id: 1|data: {\"a\":1,\"usage\":null}|retry: 5||"))
                    .isEqualTo("event: chunk|id: 1|data: {\"a\":1}|retry: 5||");
            assertThat(removed("id: 7|" + USAGE + DONE)).isEqualTo(DONE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"data:", "data: ", "data:  ", "data: \t"})
        void blanks_before_the_data_do_not_matter(String before) {
            assertThat(removed(before + "{\"a\":1,\"usage\":null}||" + before + USAGE.substring(6)))
                    .isEqualTo(before + "{\"a\":1}||");
        }

        @Test
        void usage_is_read_all_the_same() {
            ReplyReader reply = new ReplyReader();
            passed(FIRST + USAGE + DONE, new StreamReader(reply, true, null));
            assertThat(reply.usage())
                    .isNotNull()
                    .extracting(ReportedUsage::usage)
                    .hasToString("Usage[input=9, output=2]");
        }

        private static String removed(String stream) {
            return passed(stream, new StreamReader(new ReplyReader(), /* removeUsage= */ true, null));
        }
    }

    @Nested
    class WithAskedForUsage {
        @Test
        void a_stream_passes_as_it_is() {
            assertThat(passed(FIRST + SECOND + USAGE + DONE, new StreamReader(new ReplyReader(), false, null)))
                    .isEqualTo(FIRST + SECOND + USAGE + DONE);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '!', textBlock = """
                {"choices":[],"usage":{"prompt_tokens":9}}                 ! {"choices":[],"usage":{"prompt_tokens":9,"cost":"$9"}}
                {"usage":{"prompt_tokens":9 } ,"choices":[]}               ! {"usage":{"prompt_tokens":9 ,"cost":"$9"} ,"choices":[]}
                {"choices":[{"delta":{}}],"usage":{"prompt_tokens":9}}     ! {"choices":[{"delta":{}}],"usage":{"prompt_tokens":9,"cost":"$9"}}
                {"usage":{}}                                               ! {"usage":{"cost":"$0"}}
                {"usage":{  }}                                             ! {"usage":{  "cost":"$0"}}
                {"usage":{"prompt_tokens_details":{}}}                     ! {"usage":{"prompt_tokens_details":{},"cost":"$0"}}
                {"type":"response.completed","response":{"usage":{"input_tokens":9},"id":"r"}} ! {"type":"response.completed","response":{"usage":{"input_tokens":9,"cost":"$9"},"id":"r"}}
                {"choices":[],"usage":null}                                ! {"choices":[],"usage":null}
                {"choices":[{"delta":{"content":"\\"usage\\":{}"}}]}       ! {"choices":[{"delta":{"content":"\\"usage\\":{}"}}]}
                """)
        void its_cost_is_written_into_it_where_wanted(String chunk, String sent) {
            Function<ReportedUsage, String> costOf =
                    usage -> "$" + usage.usage().totalTokens();
            assertThat(passed("data: " + chunk + "||", new StreamReader(new ReplyReader(), false, costOf)))
                    .isEqualTo("data: " + sent + "||");
        }
    }

    @Nested
    class Facts {
        private final ReplyReader reply = new ReplyReader();
        private final StreamReader reader = new StreamReader(reply, false, null);

        @Test
        void tell_that_a_stream_is_complete() {
            passed(FIRST + SECOND, reader);
            assertThat(reader.isDone()).isFalse();
            passed(DONE, reader);
            assertThat(reader.isDone()).isTrue();
            assertThat(reader.isMalformed()).isFalse();
            assertThat(reader.events()).isEqualTo(3);
        }

        @Test
        void tell_that_an_event_is_no_JSON() {
            passed("data: {\"a\":||" + FIRST, reader);
            assertThat(reader.isMalformed()).isTrue();
            assertThat(reply.id()).isEqualTo("c1");
        }

        @Test
        void are_read_from_the_last_event_even_without_its_empty_line() {
            passed(FIRST + USAGE.substring(0, USAGE.length() - 2), reader);
            assertThat(reply.usage()).isNotNull();
            passed("data: [DONE]", reader);
            assertThat(reader.isDone()).isTrue();
        }

        @Test
        void are_read_through_unknown_events_and_comments() {
            passed(": ping||event: ping|data: {}||event: new.kind|data: 17||retry: 10||" + USAGE, reader);
            assertThat(reply.usage()).isNotNull();
            assertThat(reader.isMalformed()).isFalse();
        }
    }

    @Nested
    class Cuts {
        @ParameterizedTest
        @ValueSource(strings = {"\n", "\r\n", "\r"})
        void make_no_difference(String lineEnd) {
            String stream = (": hi||" + FIRST + "event: x|" + SECOND + "data: {\"usage\":|data: null}||" + USAGE + DONE)
                    .replace("|", lineEnd);
            byte[] bytes = stream.getBytes(UTF_8);
            for (boolean remove : new boolean[] {true, false}) {
                Relayed whole = relayed(bytes, remove, List.of(bytes.length));
                for (int cut = 0; cut <= bytes.length; cut++) {
                    assertThat(relayed(bytes, remove, List.of(cut, bytes.length)))
                            .as("cut at " + cut)
                            .isEqualTo(whole);
                }
                Integer[] everywhere = new Integer[bytes.length];
                Arrays.setAll(everywhere, i -> i + 1);
                assertThat(relayed(bytes, remove, List.of(everywhere))).isEqualTo(whole);
            }
        }

        @Test
        void make_no_difference_to_any_stream() {
            Seeds.each(5_000, random -> {
                String lineEnd = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
                StringBuilder stream = new StringBuilder();
                StringBuilder expected = new StringBuilder();
                for (int i = random.nextInt(8); i >= 0; i--) {
                    appendEvent(random, stream, expected);
                }
                byte[] bytes = stream.toString().replace("|", lineEnd).getBytes(UTF_8);
                boolean remove = random.nextBoolean();

                Integer[] cuts = random.ints(random.nextInt(10), 0, bytes.length + 1)
                        .sorted()
                        .boxed()
                        .toArray(Integer[]::new);
                Integer[] toTheEnd = Arrays.copyOf(cuts, cuts.length + 1);
                toTheEnd[cuts.length] = bytes.length;

                Relayed relayed = relayed(bytes, remove, List.of(toTheEnd));
                assertThat(relayed.text())
                        .isEqualTo((remove ? expected : stream).toString().replace("|", lineEnd));
                assertThat(relayed).isEqualTo(relayed(bytes, remove, List.of(bytes.length)));
            });
        }

        /** Appends an event, and what is left of it when usage is removed. */
        private static void appendEvent(Random random, StringBuilder stream, StringBuilder expected) {
            RandomJson json = new RandomJson(random);
            String value = oneLine(json.value());
            String id = random.nextInt(4) == 0 ? "id: 7|" : "";
            switch (random.nextInt(7)) {
                case 0 -> {
                    stream.append("data: {\"x\":").append(value).append(",\"usage\":null}||");
                    expected.append("data: {\"x\":").append(value).append("}||");
                }
                case 1 -> {
                    stream.append(id)
                            .append("data: {\"usage\":null,\"x\":")
                            .append(value)
                            .append("}||");
                    expected.append(id).append("data: {\"x\":").append(value).append("}||");
                }
                case 2 ->
                    stream.append(id)
                            .append("data: {\"choices\":[],\"x\":")
                            .append(value)
                            .append(",\"usage\":{\"prompt_tokens\":1}}||");
                case 3 -> both(stream, expected, "data: [DONE]||");
                case 4 -> both(stream, expected, ": " + value + "||");
                case 5 -> both(stream, expected, "event: e|data: {\"x\":" + value + "}|" + id + "|");
                default -> both(stream, expected, "data: " + value + "|data: \"usage\":null||");
            }
        }

        private static void both(StringBuilder stream, StringBuilder expected, String event) {
            stream.append(event);
            expected.append(event);
        }

        /** Data is one line, and {@code |} stands for line ends here. */
        private static String oneLine(String json) {
            return json.replace('\n', ' ').replace('\r', ' ').replace('|', '/');
        }

        private record Relayed(
                String text, @Nullable ReportedUsage usage, long events, boolean done, boolean malformed) {}

        private static Relayed relayed(byte[] stream, boolean remove, List<Integer> ends) {
            ReplyReader reply = new ReplyReader();
            StreamReader reader = new StreamReader(reply, remove, null);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int start = 0;
            for (int end : ends) {
                feed(reader, Arrays.copyOfRange(stream, start, end), out::write);
                start = end;
            }
            reader.finish(out::write);
            return new Relayed(
                    out.toString(UTF_8), reply.usage(), reader.events(), reader.isDone(), reader.isMalformed());
        }
    }

    @Test
    void an_event_too_large_to_be_read_passes_as_it_comes() {
        StreamReader reader = new StreamReader(new ReplyReader(), true, null);
        long[] passed = {0};
        byte[] begin = "data: {\"usage\":null,\"b64\":\"".getBytes(UTF_8);
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'A');
        byte[] end = "\"}\n\ndata: {\"a\":1,\"usage\":null}\n\n".getBytes(UTF_8);

        feed(reader, begin, (array, offset, length) -> passed[0] += length);
        for (int i = 0; i < 17; i++) {
            feed(reader, megabyte.clone(), (array, offset, length) -> passed[0] += length);
        }
        assertThat(passed[0]).isEqualTo(begin.length + 17L * megabyte.length);

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        feed(reader, end, out::write);
        assertThat(out.toString(UTF_8)).isEqualTo("\"}\n\ndata: {\"a\":1}\n\n");
        assertThat(reader.events()).isEqualTo(1);
    }

    @Test
    void any_bytes_pass_as_they_are() {
        Seeds.each(5_000, random -> {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            StreamReader reader = new StreamReader(new ReplyReader(), true, usage -> "0");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            feed(reader, bytes.clone(), out::write);
            reader.finish(out::write);
            assertThat(out.toByteArray()).isEqualTo(bytes);
        });
    }

    private static String passed(String stream, StreamReader reader) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        feed(reader, stream.replace("|", "\n").getBytes(UTF_8), out::write);
        reader.finish(out::write);
        return out.toString(UTF_8).replace("\n", "|");
    }

    /** Feeds from within a larger array, and spoils it afterwards, because it is not to be kept. */
    private static void feed(StreamReader reader, byte[] bytes, Splice.Sink out) {
        byte[] larger = new byte[bytes.length + 7];
        Arrays.fill(larger, (byte) '\n');
        System.arraycopy(bytes, 0, larger, 5, bytes.length);
        reader.feed(larger, 5, 5 + bytes.length, out);
        Arrays.fill(larger, (byte) '!');
    }
}
