package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a record, in the order of the buffer, aligned to eight:
 *
 * <pre>
 *   0  length of the payload, written last: 0 as long as the record is not whole
 *   4  CRC-32C of all that follows
 *   8  kind
 *  12  length once more
 *  16  request id
 *  32  payload, filled up with zeros
 * </pre>
 */
final class RecordLayout {
    private static final int CHECKED_FROM = 8;
    private static final int PAYLOAD = 32;
    private static final Kind[] KINDS = Kind.values();

    private RecordLayout() {}

    /** Bytes that a record takes. */
    static int size(int payloadBytes) {
        return (PAYLOAD + payloadBytes + Long.BYTES - 1) & -Long.BYTES;
    }

    /** Writes a record where there are zeros. The payload has a byte at least. */
    static void write(ByteBuffer buffer, int at, Kind kind, RequestId id, byte[] payload) {
        buffer.putInt(at + 8, kind.code());
        buffer.putInt(at + 12, payload.length);
        buffer.putLong(at + 16, id.uuid().getMostSignificantBits());
        buffer.putLong(at + 24, id.uuid().getLeastSignificantBits());
        buffer.put(at + PAYLOAD, payload);
        buffer.putInt(at + 4, checksum(buffer, at, payload.length));
        VarHandle.releaseFence();
        buffer.putInt(at, payload.length);
    }

    /** The record that begins there, or null where none does that is whole. */
    static @Nullable JournalRecord read(ByteBuffer buffer, int at, int limit) {
        int length = at + PAYLOAD <= limit ? buffer.getInt(at) : 0;
        VarHandle.acquireFence();
        if (length <= 0 || length > limit - at - PAYLOAD || buffer.getInt(at + 12) != length) {
            return null;
        }
        Kind kind = kind(buffer.getInt(at + 8));
        if (kind == null || checksum(buffer, at, length) != buffer.getInt(at + 4)) {
            return null;
        }
        byte[] payload = new byte[length];
        buffer.get(at + PAYLOAD, payload);
        RequestId id = new RequestId(new UUID(buffer.getLong(at + 16), buffer.getLong(at + 24)));
        return new JournalRecord(kind, id, payload, at, at + size(length));
    }

    /** Whether something was finished there, be it readable or not. */
    static boolean isWritten(ByteBuffer buffer, int at, int limit) {
        return at + PAYLOAD <= limit && buffer.getInt(at) != 0;
    }

    private static @Nullable Kind kind(int code) {
        for (Kind kind : KINDS) {
            if (kind.code() == code) {
                return kind;
            }
        }
        return null;
    }

    private static int checksum(ByteBuffer buffer, int at, int length) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(at + CHECKED_FROM, PAYLOAD - CHECKED_FROM + length));
        return (int) crc.getValue();
    }
}
