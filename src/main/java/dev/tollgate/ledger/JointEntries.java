package dev.tollgate.ledger;

import java.util.Arrays;
import java.util.List;

/**
 * Several entries in one record of the journal, so that a crash leaves all of them or none: those of attempts that may have
 * been billed, and that of their request. They stand as in a JSON array, a line each; the JSON of one entry has no line
 * break.
 */
public final class JointEntries {
    private static final byte LINE = '\n';

    private JointEntries() {}

    /** One record of entries, the last of which is the request's. */
    public static byte[] join(List<byte[]> attempts, byte[] entry) {
        if (attempts.isEmpty()) {
            return entry;
        }
        int length = entry.length;
        for (byte[] attempt : attempts) {
            length += attempt.length + 2;
        }
        byte[] record = new byte[length];
        int at = 0;
        for (byte[] attempt : attempts) {
            System.arraycopy(attempt, 0, record, at, attempt.length);
            at += attempt.length;
            record[at++] = ',';
            record[at++] = LINE;
        }
        System.arraycopy(entry, 0, record, at, entry.length);
        return record;
    }

    /** Adds the entries of a record to others. */
    static void split(byte[] record, List<byte[]> entries) {
        int from = 0;
        for (int i = 0; i < record.length; i++) {
            if (record[i] == LINE) {
                entries.add(Arrays.copyOfRange(record, from, i - 1)); // without the comma
                from = i + 1;
            }
        }
        entries.add(from == 0 ? record : Arrays.copyOfRange(record, from, record.length));
    }
}
