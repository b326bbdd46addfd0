package dev.tollgate.admin;

import static java.util.Objects.requireNonNull;

import dev.tollgate.access.Answer;
import dev.tollgate.access.IdempotentRequest;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Changes;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The request of administration that is under way: who makes it, and how it changes things. Resources get it by their
 * constructor, and must ask it for what they need before they return.
 */
@RequestScoped
public class AdminRequest {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final int KEY_LENGTH_MAX = 255;

    private final @Nullable Changes changes;
    private @Nullable Principal principal;
    private @Nullable String idempotencyKey;
    private @Nullable IfMatch ifMatch;
    private String path = "";
    private byte[] bodyHash = BodyHash.of(new byte[0]);

    @Inject
    public AdminRequest(Changes changes) {
        this.changes = changes;
    }

    /** For the proxy that stands for all requests. */
    protected AdminRequest() {
        this.changes = null;
    }

    void begin(Principal who, ContainerRequestContext request) {
        principal = who;
        path = request.getUriInfo().getRequestUri().getRawPath();
        ifMatch = IfMatch.parse(request.getHeaderString(HttpHeaders.IF_MATCH));
        if (request.getMethod().equals("POST")) {
            idempotencyKey = key(request.getHeaderString(IDEMPOTENCY_KEY));
        }
    }

    void bodyWas(byte[] body) {
        bodyHash = BodyHash.of(body);
    }

    /** Who makes the request. */
    public Principal principal() {
        return requireNonNull(principal, "no request was authorized");
    }

    /** What the caller believes the object's version to be. */
    public IfMatch ifMatch() {
        return requireNonNull(ifMatch, "no request was authorized");
    }

    /**
     * Makes a change in one transaction with its audit lines. A {@code POST} with an {@code Idempotency-Key} is done once;
     * its repetition gets the same answer.
     *
     * @param change does the work, records what it did, and says what to answer
     */
    public Uni<Response> change(Function<Change, Future<Answer>> change) {
        return change(change, JsonObject::encode);
    }

    /**
     * The same, answered in another form.
     *
     * @param form writes a body, that of a kept answer, too
     */
    public Uni<Response> change(Function<Change, Future<Answer>> change, Function<JsonObject, String> form) {
        String key = idempotencyKey;
        IdempotentRequest once = key == null ? null : new IdempotentRequest(key, path, bodyHash);
        Principal who = principal();
        Changes all = requireNonNull(changes);
        return uni(() -> all.makeOnce(who, once, change)).map(answer -> response(answer, form));
    }

    /** An answer that changes nothing. */
    public Uni<Response> answer(Supplier<Future<Answer>> question) {
        return answer(question, JsonObject::encode);
    }

    /** The same, answered in another form. */
    public Uni<Response> answer(Supplier<Future<Answer>> question, Function<JsonObject, String> form) {
        return uni(question).map(answer -> response(answer, form));
    }

    /** Where the border is between Vert.x, which asks the database, and Mutiny, which answers requests. */
    public static <T extends @Nullable Object> Uni<T> uni(Supplier<Future<T>> future) {
        return Uni.createFrom().completionStage(() -> future.get().toCompletionStage());
    }

    private static Response response(Answer answer, Function<JsonObject, String> form) {
        Response.ResponseBuilder response = Response.status(answer.status());
        if (answer.body() != null) {
            response.type(MediaType.APPLICATION_JSON).entity(form.apply(answer.body()));
        }
        if (answer.version() != null) {
            response.header(HttpHeaders.ETAG, IfMatch.tag(answer.version()));
        }
        if (answer.location() != null) {
            response.location(URI.create(answer.location()));
        }
        return response.header(HttpHeaders.CACHE_CONTROL, "no-store").build();
    }

    private static @Nullable String key(@Nullable String key) {
        if (key == null) {
            return null;
        }
        if (key.isEmpty() || key.length() > KEY_LENGTH_MAX || !key.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "Idempotency-Key: " + key.length() + " characters (expected: 1 to " + KEY_LENGTH_MAX
                            + " visible ones of ASCII)",
                    IDEMPOTENCY_KEY);
        }
        return key;
    }
}
