package dev.tollgate.ledger.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Entries for tests: ids that are counted, and bytes that tell their id. */
final class Entries {
    private Entries() {}

    static RequestId id(long number) {
        return new RequestId(new UUID(0x7000, number));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    /** Text of a random length, such as JSON could be: without NUL. */
    static byte[] random(Random random, int lengthMax) {
        byte[] bytes = new byte[1 + random.nextInt(lengthMax)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    /** What a batch has, as text. */
    static List<String> texts(Batch batch) {
        return batch.entries().stream()
                .map(entry -> new String(entry.bytes(), UTF_8))
                .toList();
    }

    /** Everything that is not booked yet, as text; all of it is booked then. */
    static List<String> bookAll(Journal journal) {
        List<String> all = new ArrayList<>();
        Batch batch;
        do {
            batch = journal.next(7);
            all.addAll(texts(batch));
            batch.booked();
        } while (!batch.entries().isEmpty());
        return all;
    }
}
