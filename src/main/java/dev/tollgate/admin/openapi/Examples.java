package dev.tollgate.admin.openapi;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The examples of bodies. Each record has one, annotated beside it, and a page is one with one thing in it. Bodies that
 * are no records have theirs in {@code openapi/<operation>.json}, as {@code request} and {@code response}.
 */
final class Examples {
    private final Map<String, Schema> schemas;

    Examples(Map<String, Schema> schemas) {
        this.schemas = schemas;
    }

    /** Gives an example to every body of the operation that has none of its own. */
    void add(Operation operation) {
        addFromFile(operation);
        if (operation.getRequestBody() != null) {
            add(operation.getRequestBody().getContent());
        }
        operation.getResponses().getAPIResponses().values().forEach(answer -> add(answer.getContent()));
    }

    private static void addFromFile(Operation operation) {
        String file = "openapi/" + operation.getOperationId() + ".json";
        Map<String, Object> bodies;
        try (InputStream in = Thread.currentThread().getContextClassLoader().getResourceAsStream(file)) {
            if (in == null) {
                return;
            }
            bodies = new ObjectMapper().readValue(in, new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
        Object request = bodies.get("request");
        if (request != null) {
            operation.setRequestBody(
                    OASFactory.createRequestBody().required(true).content(content(request)));
        }
        Object response = bodies.get("response");
        if (response != null) {
            operation.getResponses().getAPIResponses().entrySet().stream()
                    .filter(answer -> answer.getKey().startsWith("2"))
                    .forEach(answer -> answer.getValue().setContent(content(response)));
        }
    }

    private static Content content(Object example) {
        return OASFactory.createContent()
                .addMediaType(
                        CommonParts.JSON,
                        OASFactory.createMediaType()
                                .schema(OASFactory.createSchema().addType(Schema.SchemaType.OBJECT))
                                .example(example));
    }

    private void add(@Nullable Content content) {
        MediaType json = content == null ? null : content.getMediaType(CommonParts.JSON);
        if (json != null && json.getExample() == null && json.getExamples() == null && json.getSchema() != null) {
            json.setExample(example(json.getSchema()));
        }
    }

    private @Nullable Object example(Schema schema) {
        Schema known =
                schema.getRef() == null ? schema : schemas.get(schema.getRef().substring(CommonParts.SCHEMAS.length()));
        if (known == null) {
            return null;
        }
        if (known.getExamples() != null && !known.getExamples().isEmpty()) {
            return known.getExamples().getFirst();
        }
        Schema data =
                known.getProperties() == null ? null : known.getProperties().get("data");
        Object one = data == null || data.getItems() == null ? null : example(data.getItems());
        if (one == null) {
            return null;
        }
        Map<String, @Nullable Object> page = new LinkedHashMap<>();
        page.put("data", List.of(one));
        page.put("next_cursor", null);
        return page;
    }
}
