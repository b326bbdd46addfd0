package dev.tollgate.admin.openapi;

import dev.tollgate.kernel.ProblemCode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The errors that operations have in common: each described once, with an example. */
final class Errors {
    private static final String SCHEMA = "Error";

    /** What is said of each; those that fit one operation only are annotated beside it. */
    private static final Map<ProblemCode, String> MESSAGES = Map.ofEntries(
            Map.entry(ProblemCode.INVALID_VALUE, "limit: not a number in 1..1000"),
            Map.entry(ProblemCode.INVALID_ADMIN_TOKEN, "The admin token is missing, wrong, revoked or expired."),
            Map.entry(ProblemCode.PERMISSION_DENIED, "The role viewer may not do this."),
            Map.entry(ProblemCode.OBJECT_NOT_FOUND, "There is no such object, or it is another organization's."),
            Map.entry(ProblemCode.CONFLICT, "It is in the way of something that is there."),
            Map.entry(ProblemCode.PRECONDITION_FAILED, "The object was changed meanwhile; read it again."),
            Map.entry(ProblemCode.LENGTH_REQUIRED, "The body has no Content-Length."),
            Map.entry(ProblemCode.REQUEST_TOO_LARGE, "The body is too large."),
            Map.entry(ProblemCode.UNSUPPORTED_ENCODING, "The body is of another type (expected: application/json)."),
            Map.entry(ProblemCode.IDEMPOTENCY_KEY_REUSED, "This Idempotency-Key came with another body before."),
            Map.entry(
                    ProblemCode.DATABASE_UNAVAILABLE,
                    "Tollgate's database can't be asked at present; try again later."));

    private Errors() {}

    static void describe(Components components) {
        components.addSchema(SCHEMA, schema());
        MESSAGES.keySet().stream().sorted().forEach(code -> components.addResponse(code.label(), error(code)));
    }

    /** Refers to the description of one. */
    static APIResponse reference(ProblemCode code) {
        return OASFactory.createAPIResponse().ref("#/components/responses/" + code.label());
    }

    private static APIResponse error(ProblemCode code) {
        String message = MESSAGES.getOrDefault(code, code.label());
        Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("message", message);
        error.put("type", code.type());
        error.put("param", null);
        error.put("code", code.label());
        return OASFactory.createAPIResponse()
                .description(message)
                .content(OASFactory.createContent()
                        .addMediaType(
                                CommonParts.JSON,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref(CommonParts.SCHEMAS + SCHEMA))
                                        .example(Map.of("error", error))));
    }

    private static Schema schema() {
        Schema error = OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .addProperty("message", text("What is wrong, for people."))
                .addProperty("type", text("The kind of error, by which client libraries sort."))
                .addProperty(
                        "param",
                        text("The member, parameter or header at fault, or null.")
                                .addType(SchemaType.NULL))
                .addProperty("code", text("What is wrong, for programs: see docs/api.md."));
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("The one shape of all errors.")
                .addProperty("error", error);
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
    }
}
