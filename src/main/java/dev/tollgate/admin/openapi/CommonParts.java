package dev.tollgate.admin.openapi;

import dev.tollgate.access.Permission;
import dev.tollgate.access.Role;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.ProblemCode;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.quarkus.smallrye.openapi.OpenApiFilter.RunStage;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/**
 * Adds to each operation, when Tollgate is built, what follows from its method, its path and its {@link Requires}: the
 * permission, the headers, the errors and the token. What is particular to an operation is annotated beside its code.
 */
@OpenApiFilter(RunStage.BUILD)
public final class CommonParts implements OASFilter {
    static final String JSON = "application/json";
    static final String SCHEMAS = "#/components/schemas/";

    private static final String TOKEN = "admin_token";

    /** What parameters mean that have the same name everywhere. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "limit", "How many at most, 1 to 1,000.",
            "cursor", "The `next_cursor` of the page before.",
            "organization_id", "Of this organization alone. By default of all in reach.",
            "from", "The first instant that counts.",
            "to", "The first instant that doesn't count any more.",
            "client_id", "Of this client alone.",
            "enabled", "Only those that are enabled (`true`), or are not (`false`).",
            "name_prefix", "Only those whose name begins so.",
            "tag", "Only those with this tag: `name` or `name:value`.",
            "state", "Only those in this state.");

    @Override
    public void filterOpenAPI(OpenAPI api) {
        api.setInfo(OASFactory.createInfo()
                .title("Tollgate administration")
                .version("v1")
                .description("Everything that can be set and asked; docs/administration.md tells more. Unknown"
                        + " members are refused, money is decimal strings of dollars, times are RFC 3339 in UTC."
                        + " Lists go on with `cursor` as long as `next_cursor` is not null."));
        api.addSecurityRequirement(OASFactory.createSecurityRequirement().addScheme(TOKEN, List.of()));
        api.getComponents()
                .addSecurityScheme(
                        TOKEN,
                        OASFactory.createSecurityScheme()
                                .type(SecurityScheme.Type.HTTP)
                                .scheme("bearer")
                                .description("An admin token: that of `secrets.env`, or one of `/admin/v1/tokens`."));
        Examples examples = new Examples(Map.copyOf(api.getComponents().getSchemas()));
        Errors.describe(api.getComponents());
        api.getPaths()
                .getPathItems()
                .forEach((path, item) -> item.getOperations().forEach((method, operation) -> {
                    complete(path, method, operation);
                    examples.add(operation);
                }));
    }

    /** Its id is that of the method so far: {@code dev.tollgate.admin.TokensResource_list}. */
    private static void complete(String path, HttpMethod method, Operation operation) {
        String id = String.valueOf(operation.getOperationId());
        String resource = id.substring(0, id.lastIndexOf('_'));
        String name = id.substring(id.lastIndexOf('_') + 1);
        String group = resource.substring(resource.lastIndexOf('.') + 1)
                .replaceFirst("Resource$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
        operation.setOperationId(group + "_" + name);
        operation.setTags(List.of(group));
        Particulars.of(operation).add(method, operation);
        addPermission(operation, permission(resource, name));
        describeParameters(operation);
        addErrors(path, method, operation);
        addHeaders(method, operation);
    }

    private static Permission permission(String resource, String name) {
        try {
            for (Method method : Class.forName(
                            resource, false, Thread.currentThread().getContextClassLoader())
                    .getDeclaredMethods()) {
                Requires requires = method.getAnnotation(Requires.class);
                if (method.getName().equals(name) && requires != null) {
                    return requires.value();
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException(resource + "." + name + " has no @Requires");
    }

    private static void addPermission(Operation operation, Permission permission) {
        String roles = Arrays.stream(Role.values())
                .filter(role -> role.may(permission))
                .map(role -> "`" + role.label() + "`")
                .collect(Collectors.joining(", "));
        String particular = operation.getDescription() == null
                ? ""
                : operation.getDescription().strip() + "\n\n";
        operation.setDescription(
                particular + "Needs `" + permission.label() + "`, which these roles have: " + roles + ".");
        operation.addExtension("x-permission", permission.label());
    }

    private static void describeParameters(Operation operation) {
        parameters(operation).stream()
                .filter(parameter -> parameter.getName().startsWith("Accept")) // which OpenAPI says by media types
                .toList()
                .forEach(operation::removeParameter);
        for (Parameter parameter : parameters(operation)) {
            if (parameter.getDescription() == null) {
                parameter.setDescription(PARAMETERS.get(parameter.getName()));
            }
            if ("limit".equals(parameter.getName())) {
                parameter.setSchema(OASFactory.createSchema()
                        .addType(SchemaType.INTEGER)
                        .minimum(BigDecimal.ONE)
                        .maximum(BigDecimal.valueOf(1_000))
                        .defaultValue(100));
            }
        }
    }

    private static void addErrors(String path, HttpMethod method, Operation operation) {
        boolean hasBody = operation.getRequestBody() != null;
        List<ProblemCode> codes = new ArrayList<>();
        if (hasBody || !parameters(operation).isEmpty()) {
            codes.add(ProblemCode.INVALID_VALUE);
        }
        codes.add(ProblemCode.INVALID_ADMIN_TOKEN);
        codes.add(ProblemCode.PERMISSION_DENIED);
        if (path.contains("{")
                || hasBody
                || parameters(operation).stream()
                        .anyMatch(parameter -> "organization_id".equals(parameter.getName()))) {
            codes.add(ProblemCode.OBJECT_NOT_FOUND);
        }
        if (method != HttpMethod.GET) {
            codes.add(ProblemCode.CONFLICT);
            codes.add(method == HttpMethod.POST ? ProblemCode.IDEMPOTENCY_KEY_REUSED : ProblemCode.PRECONDITION_FAILED);
        }
        if (hasBody) {
            codes.add(ProblemCode.LENGTH_REQUIRED);
            codes.add(ProblemCode.REQUEST_TOO_LARGE);
            codes.add(ProblemCode.UNSUPPORTED_ENCODING);
        }
        codes.add(ProblemCode.DATABASE_UNAVAILABLE);
        for (ProblemCode code : codes) {
            String status = Integer.toString(code.status());
            APIResponse annotated = operation.getResponses().getAPIResponse(status);
            if (annotated == null || annotated.getContent() == null) {
                operation.getResponses().addAPIResponse(status, Errors.reference(code));
            }
        }
    }

    private static void addHeaders(HttpMethod method, Operation operation) {
        if (method == HttpMethod.POST) {
            operation.addParameter(header(
                    "Idempotency-Key",
                    "Does the request once: a repetition with the same body within 24 hours gets the first answer. 1 to"
                            + " 255 visible ASCII characters.",
                    "6f1e0b1c-3f0e-4c38-9f0b-0f6d0a1f5a11"));
        } else if (method != HttpMethod.GET) {
            operation.addParameter(header(
                    "If-Match",
                    "The ETag that the object was read with; another version is not changed. Without it any is.",
                    "\"3\""));
        }
    }

    private static Parameter header(String name, String description, String example) {
        return OASFactory.createParameter()
                .name(name)
                .in(Parameter.In.HEADER)
                .description(description)
                .schema(text())
                .example(example);
    }

    private static List<Parameter> parameters(Operation operation) {
        return operation.getParameters() == null ? List.of() : operation.getParameters();
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(SchemaType.STRING);
    }
}
