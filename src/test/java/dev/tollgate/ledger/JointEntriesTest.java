package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.testkit.Entries;
import io.vertx.core.json.JsonArray;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JointEntriesTest {
    private static final byte[] FIRST = EntryJson.bytes(Entries.full(Instant.EPOCH, 1));
    private static final byte[] SECOND = EntryJson.bytes(Entries.full(Instant.EPOCH, 2));
    private static final byte[] LAST = EntryJson.bytes(Entries.of(3));

    private static List<String> split(byte[] record) {
        List<byte[]> entries = new ArrayList<>();
        JointEntries.split(record, entries);
        return entries.stream().map(entry -> new String(entry, UTF_8)).toList();
    }

    @Test
    void what_was_joined_comes_apart_again() {
        assertThat(split(JointEntries.join(List.of(FIRST, SECOND), LAST)))
                .containsExactly(new String(FIRST, UTF_8), new String(SECOND, UTF_8), new String(LAST, UTF_8));
    }

    @Test
    void one_entry_is_a_record_as_it_is() {
        assertThat(JointEntries.join(List.of(), LAST)).isSameAs(LAST);
        assertThat(split(LAST)).containsExactly(new String(LAST, UTF_8));
    }

    /** So that a version that knows of one entry alone books them all. */
    @Test
    void a_record_is_the_inside_of_a_json_array() {
        JsonArray array = new JsonArray("[" + new String(JointEntries.join(List.of(FIRST, SECOND), LAST), UTF_8) + "]");
        assertThat(array).hasSize(3);
    }

    @Test
    void ids_of_attempts_are_the_same_each_time_and_unlike_all_others() {
        RequestId request = Entries.id(Instant.parse("2026-03-31T23:59:59.999Z"), 7);
        List<RequestId> ids = new ArrayList<>(List.of(request));
        for (int i = 1; i <= 5; i++) {
            assertThat(request.ofAttempt(i)).isEqualTo(request.ofAttempt(i));
            assertThat(request.ofAttempt(i).epochMillis()).isEqualTo(request.epochMillis());
            assertThat(request.ofAttempt(i).uuid().version()).isEqualTo(7);
            assertThat(request.ofAttempt(i).uuid().variant()).isEqualTo(2);
            ids.add(request.ofAttempt(i));
        }
        assertThat(ids).doesNotHaveDuplicates();
    }
}
