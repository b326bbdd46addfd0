package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads HTTP/1.1 messages from a stream of bytes, believing what they say of their length and nothing else. */
final class HttpWire {
    private final InputStream in;

    HttpWire(InputStream in) {
        this.in = in;
    }

    /** A line without its end; fails where the stream ends before it does. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("the connection ended after: " + line);
            }
            line.write(read);
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    List<RawHeader> headers() throws IOException {
        List<RawHeader> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.add(new RawHeader(
                    line.substring(0, colon), line.substring(colon + 1).strip()));
        }
        return headers;
    }

    /** Reads a body into {@code body}, so that what came before an end in the middle is there. */
    void body(List<RawHeader> headers, boolean untilClosed, ByteArrayOutputStream body) throws IOException {
        String length = RawHeader.first(headers, "content-length");
        if (RawHeader.first(headers, "transfer-encoding").equalsIgnoreCase("chunked")) {
            chunks(body);
        } else if (!length.isEmpty()) {
            copy(Long.parseLong(length), body);
        } else if (untilClosed) {
            in.transferTo(body);
        }
    }

    private void chunks(ByteArrayOutputStream body) throws IOException {
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            copy(size, body);
            line();
        }
        headers(); // trailers
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line().replaceFirst(";.*", "").strip(), 16);
    }

    private void copy(long length, ByteArrayOutputStream body) throws IOException {
        for (long i = 0; i < length; i++) {
            int read = in.read();
            if (read < 0) {
                throw new EOFException("the connection ended within a body");
            }
            body.write(read);
        }
    }
}
