package dev.tollgate.admin.openapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * What is particular to an operation and too long to stand beside its code, from {@code openapi/<operation>.json}.
 *
 * @param status of its success, where it is not the annotated one
 * @param type of its answer; JSON where it is left out
 * @param query what each parameter means that the code reads by itself
 * @param request an example of its body
 * @param response an example of its answer
 */
record Particulars(
        @Nullable String status,
        @Nullable String type,
        @Nullable Map<String, String> query,
        @Nullable Object request,
        @Nullable Object response) {
    private static final Particulars NONE = new Particulars(null, null, null, null, null);

    static Particulars of(Operation operation) {
        String file = "openapi/" + operation.getOperationId() + ".json";
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(file)) {
            return in == null ? NONE : new ObjectMapper().readValue(in, Particulars.class);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    /** An answer without a body is the success of what ends something. */
    void add(HttpMethod method, Operation operation) {
        if (query != null) {
            query.forEach((name, meaning) -> operation.addParameter(OASFactory.createParameter()
                    .name(name)
                    .in(Parameter.In.QUERY)
                    .description(meaning)
                    .schema(OASFactory.createSchema().addType(SchemaType.STRING))));
        }
        if (request != null) {
            Content before = operation.getRequestBody() == null
                    ? null
                    : operation.getRequestBody().getContent();
            operation.setRequestBody(
                    OASFactory.createRequestBody().required(true).content(content(CommonParts.JSON, request, before)));
        }
        if (response != null || method == HttpMethod.DELETE) {
            String annotated = operation.getResponses().getAPIResponses().keySet().stream()
                    .filter(code -> code.startsWith("2"))
                    .findFirst()
                    .orElse("200");
            String code = response == null ? "204" : status == null ? annotated : status;
            APIResponse answer = operation.getResponses().getAPIResponse(annotated);
            Content before = answer == null ? null : answer.getContent();
            operation.getResponses().removeAPIResponse(annotated);
            operation.getResponses().addAPIResponse(code, answer(code, before));
        }
    }

    private APIResponse answer(String code, @Nullable Content before) {
        APIResponse answer = OASFactory.createAPIResponse().description(code.equals("201") ? "Created" : "Done");
        return response == null
                ? answer
                : answer.content(content(type == null ? CommonParts.JSON : type, response, before));
    }

    private static SchemaType type(Object example) {
        return switch (example) {
            case String _ -> SchemaType.STRING;
            case List<?> _ -> SchemaType.ARRAY;
            default -> SchemaType.OBJECT;
        };
    }

    /** The schema of a record stays; what is no record is any object, array or text. */
    private static Content content(String type, Object example, @Nullable Content before) {
        MediaType known = before == null ? null : before.getMediaType(type);
        Schema schema = known == null ? null : known.getSchema();
        if (schema == null || schema.getRef() == null) {
            schema = OASFactory.createSchema().addType(type(example));
        }
        return OASFactory.createContent()
                .addMediaType(type, OASFactory.createMediaType().schema(schema).example(example));
    }
}
