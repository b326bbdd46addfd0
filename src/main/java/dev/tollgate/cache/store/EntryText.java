package dev.tollgate.cache.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer's fields one after another: numbers in network order, texts in UTF-8 after their length, usage by the names of
 * its meters, so that versions of Tollgate which know different ones can share a store.
 */
final class EntryText {
    private static final int NONE = -1;
    private static final Meter[] METERS = Meter.values();

    private EntryText() {}

    static byte[] write(CachedAnswer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.bytes());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(answer.storedAtMillis());
            out.writeLong(answer.expiresAtMillis());
            out.writeLong(answer.version());
            write(out, answer.origin());
            write(out, answer.usage());
            write(out, answer.content());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Origin origin) throws IOException {
        write(out, origin.organizationId());
        write(out, origin.operation());
        write(out, origin.modelAsked());
        write(out, origin.route());
        write(out, origin.modelRun());
        write(out, origin.modelServed());
        write(out, origin.provider());
        out.writeBoolean(origin.simulated());
        out.writeLong(origin.cost().nanos());
        out.writeLong(origin.tookMicros());
    }

    private static void write(DataOutputStream out, Usage usage) throws IOException {
        for (Meter meter : METERS) {
            if (usage.count(meter) > 0) {
                write(out, meter.label());
                out.writeLong(usage.count(meter));
            }
        }
        out.writeInt(NONE);
    }

    private static void write(DataOutputStream out, Content content) throws IOException {
        out.writeBoolean(content.streamed());
        write(out, content.contentType());
        out.writeInt(content.chunkEnds().length);
        for (int end : content.chunkEnds()) {
            out.writeInt(end);
        }
        out.writeInt(content.body().length);
        out.write(content.body());
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(NONE);
        } else {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeInt(bytes.length);
            out.write(bytes);
        }
    }

    /** Fails with {@link BufferUnderflowException} or {@link IllegalArgumentException} where the bytes are no entry. */
    static CachedAnswer read(ByteBuffer in) {
        long storedAt = in.getLong();
        long expiresAt = in.getLong();
        long version = in.getLong();
        Origin origin = new Origin(
                given(in),
                given(in),
                text(in),
                text(in),
                text(in),
                text(in),
                given(in),
                in.get() != 0,
                new Money(in.getLong()),
                in.getLong());
        Usage usage = usage(in);
        Content content = content(in);
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes more than an entry has");
        }
        return new CachedAnswer(storedAt, expiresAt, version, origin, content, usage);
    }

    private static Usage usage(ByteBuffer in) {
        Usage.Builder usage = Usage.builder();
        for (String label = text(in); label != null; label = text(in)) {
            usage.set(Meter.ofLabel(label), in.getLong());
        }
        return usage.build();
    }

    private static Content content(ByteBuffer in) {
        boolean streamed = in.get() != 0;
        String contentType = given(in);
        int[] chunkEnds = new int[length(in, Integer.BYTES)];
        for (int i = 0; i < chunkEnds.length; i++) {
            chunkEnds[i] = in.getInt();
        }
        return new Content(streamed, contentType, bytes(in, in.getInt()), chunkEnds);
    }

    private static String given(ByteBuffer in) {
        return Objects.requireNonNullElseGet(text(in), () -> {
            throw new IllegalArgumentException("a text is missing");
        });
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        return length == NONE ? null : new String(bytes(in, length), UTF_8);
    }

    private static int length(ByteBuffer in, int bytesEach) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining() / bytesEach) {
            throw new BufferUnderflowException();
        }
        return length;
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
