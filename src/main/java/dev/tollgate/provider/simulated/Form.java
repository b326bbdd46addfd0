package dev.tollgate.provider.simulated;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.HttpPostRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@code multipart/form-data} body, held in memory: fields by name (the last of a name counts) and files. */
record Form(Map<String, String> fields, List<Part> files) {
    record Part(String field, String filename, Buffer content) {}

    static Form parse(@Nullable String contentType, Buffer body) {
        if (contentType == null || !contentType.startsWith("multipart/form-data")) {
            throw ApiError.badRequest("content-type: " + contentType + " (expected: multipart/form-data)", null, null);
        }
        var headers = new DefaultHttpHeaders().set("content-type", contentType);
        var request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.POST, "/", body.getByteBuf(), headers, new DefaultHttpHeaders());
        try {
            var decoder = new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), request);
            try {
                return read(decoder.getBodyHttpDatas());
            } finally {
                decoder.destroy();
            }
        } catch (HttpPostRequestDecoder.ErrorDataDecoderException | IOException | IllegalArgumentException e) {
            throw ApiError.badRequest("The multipart body could not be read.", null, null);
        }
    }

    /** The file in a field; 400 where there is none. */
    Part file(String field) {
        return files.stream()
                .filter(file -> file.field().equals(field))
                .findFirst()
                .orElseThrow(() -> ApiError.badRequest("'" + field + "' is a required file.", field, null));
    }

    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    private static Form read(List<InterfaceHttpData> parts) throws IOException {
        Map<String, String> fields = new HashMap<>();
        List<Part> files = new ArrayList<>();
        for (InterfaceHttpData part : parts) {
            if (part instanceof FileUpload file) {
                files.add(new Part(file.getName(), file.getFilename(), Buffer.buffer(file.get())));
            } else if (part instanceof Attribute attribute) {
                fields.put(attribute.getName(), attribute.getValue());
            }
        }
        return new Form(fields, files);
    }
}
