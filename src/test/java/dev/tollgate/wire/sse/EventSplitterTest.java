package dev.tollgate.wire.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSplitterTest {
    private static final int BOUND = 40;

    /** What was handed over, in order: events as they are, fragments after an asterisk. */
    private final List<String> handedOver = new ArrayList<>();

    private final EventSplitter splitter = new EventSplitter(BOUND, new EventSplitter.Events() {
        @Override
        public void event(byte[] bytes, int start, int end) {
            handedOver.add(new String(bytes, start, end - start, UTF_8));
        }

        @Override
        public void fragment(byte[] bytes, int start, int end) {
            assertThat(end).as("an empty fragment").isGreaterThan(start);
            handedOver.add("*" + new String(bytes, start, end - start, UTF_8));
        }
    });

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void an_event_ends_with_an_empty_line(String lineEnd) {
        String[] events = {
            "data: a||", ": comment||", "event: x|data: b|id: 7||", "data: c|data: d||", "|", "retry: 1||", "unknown||"
        };
        for (int i = 0; i < events.length; i++) {
            events[i] = events[i].replace("|", lineEnd);
        }
        feed(String.join("", events));
        splitter.finish();
        assertThat(handedOver).containsExactly(events);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void it_does_not_matter_where_a_stream_is_cut(String lineEnd) {
        String stream = "|data: a||: c||event: x|data: ä||||data: b|id: 7||data:||".replace("|", lineEnd);
        byte[] bytes = stream.getBytes(UTF_8);
        feed(stream);
        splitter.finish();
        List<String> uncut = List.copyOf(handedOver);
        for (int cut = 0; cut <= bytes.length; cut++) {
            handedOver.clear();
            splitter.feed(bytes, 0, cut);
            splitter.feed(bytes, cut, bytes.length);
            splitter.finish();
            assertThat(handedOver).as("cut at " + cut).isEqualTo(uncut);
        }
        handedOver.clear();
        feedByteByByte(bytes);
        splitter.finish();
        assertThat(handedOver).isEqualTo(uncut);
    }

    @Test
    void an_event_is_handed_over_as_soon_as_it_is_whole() {
        feed("data: a\n");
        assertThat(handedOver).isEmpty();
        feed("\n");
        assertThat(handedOver).containsExactly("data: a\n\n");
        feed("data: b\r\rdata: c\r\r");
        assertThat(handedOver).containsExactly("data: a\n\n", "data: b\r\r", "data: c\r\r");
    }

    @Test
    void a_line_feed_that_comes_late_belongs_to_its_carriage_return() {
        feed("data: a\r\n\r");
        assertThat(handedOver).isEmpty();
        feed("\ndata: b\r\n\r\n");
        assertThat(handedOver).containsExactly("data: a\r\n\r\n", "data: b\r\n\r\n");
    }

    @Test
    void where_none_comes_the_event_has_ended_all_the_same() {
        feed("data: a\r\n\r");
        feed("data: b\r\n\r");
        splitter.finish();
        assertThat(handedOver).containsExactly("data: a\r\n\r", "data: b\r\n\r");
    }

    @Test
    void what_the_stream_ends_with_is_an_event_too() {
        feed("data: a\n\ndata: b");
        splitter.finish();
        assertThat(handedOver).containsExactly("data: a\n\n", "data: b");
        splitter.finish();
        assertThat(handedOver).hasSize(2);
    }

    @Test
    void an_event_of_just_the_bound_is_whole_and_a_longer_one_is_not_however_it_is_cut() {
        String fits = "data: " + "x".repeat(BOUND - 8) + "\n\n";
        String tooLong = "data: " + "x".repeat(BOUND - 7) + "\n\n";
        for (int cut = 0; cut <= BOUND; cut++) {
            handedOver.clear();
            feed("data: 0\n\n" + fits.substring(0, cut));
            feed(fits.substring(cut) + tooLong.substring(0, cut));
            feed(tooLong.substring(cut) + "data: 1\n\n");
            assertThat(handedOver).startsWith("data: 0\n\n", fits).endsWith("data: 1\n\n");
            List<String> fragments = handedOver.subList(2, handedOver.size() - 1);
            assertThat(fragments).allMatch(fragment -> fragment.startsWith("*"));
            assertThat(String.join("", fragments).replace("*", "")).isEqualTo(tooLong);
        }
    }

    @Test
    void nothing_is_lost_or_doubled_whatever_comes() {
        String alphabet = "ab:\n\n\r\r ";
        Seeds.each(20_000, random -> {
            StringBuilder stream = new StringBuilder();
            for (int i = random.nextInt(120); i > 0; i--) {
                stream.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            handedOver.clear();
            feedInPieces(stream.toString().getBytes(UTF_8), random);
            splitter.finish();
            assertThat(String.join("", handedOver).replace("*", "")).isEqualTo(stream.toString());
        });
    }

    private void feed(String text) {
        byte[] bytes = ("..." + text + "\n\n").getBytes(UTF_8);
        splitter.feed(bytes, 3, bytes.length - 2);
        Arrays.fill(bytes, (byte) '!'); // the array is not kept
    }

    private void feedByteByByte(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            splitter.feed(new byte[] {bytes[i]}, 0, 1);
        }
    }

    private void feedInPieces(byte[] bytes, Random random) {
        int at = 0;
        while (at < bytes.length) {
            int end = Math.min(bytes.length, at + random.nextInt(20));
            byte[] piece = Arrays.copyOfRange(bytes, at, end);
            splitter.feed(piece, 0, piece.length);
            Arrays.fill(piece, (byte) '!');
            at = end;
        }
    }
}
