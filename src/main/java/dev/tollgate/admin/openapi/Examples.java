package dev.tollgate.admin.openapi;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jspecify.annotations.Nullable;

/** The examples of bodies: each record has one, annotated beside it, and a page is one with one thing in it. */
final class Examples {
    private final Map<String, Schema> schemas;

    Examples(Map<String, Schema> schemas) {
        this.schemas = schemas;
    }

    /** Gives an example to every body of the operation that has none of its own. */
    void add(Operation operation) {
        if (operation.getRequestBody() != null) {
            add(operation.getRequestBody().getContent());
        }
        operation.getResponses().getAPIResponses().values().forEach(answer -> add(answer.getContent()));
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
