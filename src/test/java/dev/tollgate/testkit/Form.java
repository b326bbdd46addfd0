package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** A {@code multipart/form-data} body (RFC 7578). */
public final class Form {
    public static final String TYPE = "multipart/form-data; boundary=a-boundary-of-tests";

    private static final String DELIMITER = "--a-boundary-of-tests";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Form() {}

    public static Form empty() {
        return new Form();
    }

    public Form field(String name, String value) {
        return part("Content-Disposition: form-data; name=\"" + name + "\"", value.getBytes(UTF_8));
    }

    public Form file(String name, String filename, byte[] content) {
        return part(
                "Content-Disposition: form-data; name=\"" + name + "\"; filename=\"" + filename
                        + "\"\r\nContent-Type: application/octet-stream",
                content);
    }

    public byte[] toBytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes.toByteArray());
        all.writeBytes((DELIMITER + "--\r\n").getBytes(UTF_8));
        return all.toByteArray();
    }

    private Form part(String head, byte[] content) {
        bytes.writeBytes((DELIMITER + "\r\n" + head + "\r\n\r\n").getBytes(UTF_8));
        bytes.writeBytes(content);
        bytes.writeBytes("\r\n".getBytes(UTF_8));
        return this;
    }
}
