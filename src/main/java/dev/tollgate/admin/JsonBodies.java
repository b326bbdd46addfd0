package dev.tollgate.admin;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Bodies of administration: read strictly into records, with problems that name the member, and written from records. */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class JsonBodies implements MessageBodyReader<Object>, MessageBodyWriter<Object> {
    private static final int NAME_LENGTH_MAX = 100;
    private static final String DUPLICATE = "Duplicate field '";

    private final AdminRequest admin;

    public JsonBodies(AdminRequest admin) {
        this.admin = admin;
    }

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return true;
    }

    @Override
    public Object readFrom(
            Class<Object> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream stream)
            throws IOException {
        byte[] body = stream.readAllBytes();
        admin.bodyWas(body);
        return generic == byte[].class ? body : read(body, generic);
    }

    /** The record that the body is; fails with a problem that names the member which is wrong. */
    static Object read(byte[] body, Type type) throws IOException {
        Object read;
        try {
            read = body.length == 0 ? null : AdminJson.MAPPER.readValue(body, AdminJson.MAPPER.constructType(type));
        } catch (JsonProcessingException e) {
            throw problem(e);
        }
        if (read == null) {
            throw new Problem(ProblemCode.MISSING_VALUE, "The body is empty (expected: a JSON object).");
        }
        return read;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type.isRecord();
    }

    @Override
    public void writeTo(
            Object view,
            Class<?> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream stream)
            throws IOException {
        stream.write(AdminJson.MAPPER.writeValueAsBytes(view));
    }

    /** Never quotes a value, which may be a secret. */
    private static Problem problem(JsonProcessingException e) {
        return switch (e) {
            case UnrecognizedPropertyException unknown -> invalid(unknown, "there is no such member");
            case MismatchedInputException wrong -> invalid(wrong, "expected: " + expected(wrong));
            case JsonMappingException wrong when wrong.getCause() instanceof Problem problem -> inside(wrong, problem);
            case JsonMappingException wrong
            when wrong.getCause() instanceof JsonProcessingException cause
                    && wrong.getPath().isEmpty() -> problem(cause);
            case JsonMappingException wrong when isDuplicate(wrong) -> duplicate(wrong);
            case JsonMappingException wrong -> invalid(wrong, String.valueOf(wrong.getOriginalMessage()));
            case JsonParseException wrong when isDuplicate(wrong) -> duplicate(wrong);
            case StreamConstraintsException _ ->
                new Problem(ProblemCode.INVALID_JSON, "The body is nested too deep, or a part of it is too long.");
            default ->
                new Problem(
                        ProblemCode.INVALID_JSON,
                        "The body is not valid JSON, near line "
                                + e.getLocation().getLineNr() + ", column "
                                + e.getLocation().getColumnNr() + ".");
        };
    }

    private static Problem inside(JsonMappingException at, Problem problem) {
        String param = problem.param() == null ? member(at) : problem.param();
        return new Problem(problem.code(), problem.message(), param);
    }

    private static Problem invalid(JsonMappingException e, String what) {
        String member = member(e);
        return new Problem(ProblemCode.INVALID_VALUE, (member == null ? "the body" : member) + ": " + what, member);
    }

    private static boolean isDuplicate(JsonProcessingException e) {
        return String.valueOf(e.getOriginalMessage()).startsWith(DUPLICATE);
    }

    private static Problem duplicate(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        String name = cut(message.substring(DUPLICATE.length(), message.lastIndexOf('\'')));
        return new Problem(ProblemCode.INVALID_VALUE, name + ": given twice", name);
    }

    private static String expected(MismatchedInputException e) {
        Class<?> type = e.getTargetType();
        if (type == null || type == Object.class) {
            return "another type of value";
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number";
        }
        return Iterable.class.isAssignableFrom(type) || type.isArray() ? "an array" : "an object";
    }

    /** {@code limits.requests[2]}, or null for the document itself. */
    private static @Nullable String member(JsonMappingException e) {
        String path = e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : "." + part.getFieldName())
                .collect(Collectors.joining());
        return path.isEmpty() ? null : cut(path.startsWith(".") ? path.substring(1) : path);
    }

    private static String cut(String name) {
        return name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX) + "…";
    }
}
