package dev.tollgate.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedAnswer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Answers as bytes that are stored elsewhere:
 *
 * <pre>
 *   1 byte    'T'
 *   1 byte    version of this form, 1
 *   1 byte    1 where deflated, 2 where sealed
 *   sealed:   AES-256-GCM of the text, bound to key and scope
 *   plain:    the text, and 4 bytes of CRC-32C over key, scope and text
 *   text:     {@link EntryText}; where deflated, 4 bytes with its length and then it in raw DEFLATE
 * </pre>
 *
 * Key and scope are not stored, but enter the checksum and the seal, so that an entry which was moved to another place does
 * not open there. Safe for threads.
 */
public final class EntryCodec {
    private static final byte MAGIC = 'T';
    private static final byte VERSION = 1;
    private static final byte PLAIN = 0;
    private static final byte DEFLATED = 1;
    private static final byte SEALED = 2;
    private static final int HEAD_BYTES = 3;
    private static final int DEFLATE_FROM_BYTES = 256;

    private final @Nullable Aead seal;
    private final int bytesMax;

    /**
     * @param seal what entries are sealed with; null stores them plainly. What is stored in the other way does not open.
     * @param bytesMax the longest text that is made or opened
     */
    public EntryCodec(@Nullable Aead seal, int bytesMax) {
        this.seal = seal;
        this.bytesMax = bytesMax;
    }

    /** Something stored that is no entry for the key: damaged, foreign, of another form, or of another place. */
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        Unreadable(String why) {
            super(why);
        }
    }

    /** The answer as bytes for its key's place, or null where it is too long. */
    public byte @Nullable [] encode(CacheKey key, CachedAnswer answer) {
        byte[] text = EntryText.write(answer);
        if (text.length > bytesMax) {
            return null;
        }
        byte[] deflated = text.length < DEFLATE_FROM_BYTES ? null : deflate(text);
        byte[] body = deflated == null ? text : deflated;
        byte flags = deflated == null ? PLAIN : DEFLATED;
        if (seal == null) {
            byte[] place = place(flags, key);
            return ByteBuffer.allocate(HEAD_BYTES + body.length + Integer.BYTES)
                    .put(MAGIC)
                    .put(VERSION)
                    .put(flags)
                    .put(body)
                    .putInt(checksum(place, body, 0, body.length))
                    .array();
        }
        flags |= SEALED;
        try {
            byte[] sealed = seal.encrypt(body, place(flags, key));
            return ByteBuffer.allocate(HEAD_BYTES + sealed.length)
                    .put(MAGIC)
                    .put(VERSION)
                    .put(flags)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cache's key does not seal", e);
        }
    }

    /** The answer that was stored in the key's place. */
    public CachedAnswer decode(CacheKey key, byte[] entry) throws Unreadable {
        if (entry.length < HEAD_BYTES || entry[0] != MAGIC || entry[1] != VERSION) {
            throw new Unreadable("not an entry of version " + VERSION);
        }
        byte flags = entry[2];
        if ((flags & ~(DEFLATED | SEALED)) != 0 || ((flags & SEALED) != 0) != (seal != null)) {
            throw new Unreadable("stored in another way: " + flags);
        }
        byte[] body = seal == null ? checked(key, entry, flags) : opened(key, entry, flags, seal);
        try {
            return EntryText.read(ByteBuffer.wrap((flags & DEFLATED) == 0 ? body : inflate(body)));
        } catch (BufferUnderflowException | DataFormatException | IllegalArgumentException _) {
            throw new Unreadable("not the text of an entry");
        }
    }

    private static byte[] checked(CacheKey key, byte[] entry, byte flags) throws Unreadable {
        int length = entry.length - HEAD_BYTES - Integer.BYTES;
        if (length < 0
                || ByteBuffer.wrap(entry).getInt(HEAD_BYTES + length)
                        != checksum(place(flags, key), entry, HEAD_BYTES, length)) {
            throw new Unreadable("damaged, or stored for another place");
        }
        byte[] body = new byte[length];
        System.arraycopy(entry, HEAD_BYTES, body, 0, length);
        return body;
    }

    private static byte[] opened(CacheKey key, byte[] entry, byte flags, Aead seal) throws Unreadable {
        byte[] sealed = new byte[entry.length - HEAD_BYTES];
        System.arraycopy(entry, HEAD_BYTES, sealed, 0, sealed.length);
        try {
            return seal.decrypt(sealed, place(flags, key));
        } catch (GeneralSecurityException _) {
            throw new Unreadable("sealed with another key, damaged, or stored for another place");
        }
    }

    /** What an entry is bound to: its form, its scope and its key. A digest has a fixed length, so that no two are alike. */
    private static byte[] place(byte flags, CacheKey key) {
        byte[] scope = key.scope().text().getBytes(UTF_8);
        return ByteBuffer.allocate(2 + CacheKey.DIGEST_BYTES + scope.length)
                .put(VERSION)
                .put(flags)
                .put(key.digest())
                .put(scope)
                .array();
    }

    private static int checksum(byte[] place, byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(place);
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** The text's length and its deflated form, or null where that is not shorter. */
    private static byte @Nullable [] deflate(byte[] text) {
        byte[] deflated = new byte[text.length];
        ByteBuffer.wrap(deflated).putInt(text.length);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, /* nowrap= */ true);
        try {
            deflater.setInput(text);
            deflater.finish();
            int length = deflater.deflate(deflated, Integer.BYTES, deflated.length - Integer.BYTES);
            return deflater.finished() ? Arrays.copyOf(deflated, Integer.BYTES + length) : null;
        } finally {
            deflater.end();
        }
    }

    private byte[] inflate(byte[] body) throws DataFormatException {
        int length = ByteBuffer.wrap(body).getInt();
        if (length < 0 || length > bytesMax) {
            throw new DataFormatException("length: " + length);
        }
        byte[] text = new byte[length];
        Inflater inflater = new Inflater(/* nowrap= */ true);
        try {
            inflater.setInput(body, Integer.BYTES, body.length - Integer.BYTES);
            int inflated = inflater.inflate(text);
            if (inflated != length) {
                throw new DataFormatException("inflated: " + inflated + " (expected: " + length + ")");
            }
            return text;
        } finally {
            inflater.end();
        }
    }
}
