package dev.tollgate.platform;

import dev.tollgate.admin.AdminProblems;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Other names for paths of health, which people and tools ask for; and bodies that are too large, told as problems. */
final class AdminPaths {
    private static final String LIMIT = "quarkus.http.limits.max-body-size";

    private final long bodyBytesMax;

    AdminPaths(@ConfigProperty(name = LIMIT) MemorySize bodyBytesMax) {
        this.bodyBytesMax = bodyBytesMax.asLongValue();
    }

    void register(@Observes Router router) {
        router.route("/q/health").handler(context -> context.reroute("/health"));
        router.route("/q/health/*")
                .handler(context -> context.reroute(context.normalizedPath().substring(2)));
        router.route("/health/liveliness").handler(context -> context.reroute("/health/live"));
        router.route("/health/liveness").handler(context -> context.reroute("/health/live"));
        router.route("/health/readiness").handler(context -> context.reroute("/health/ready"));
        for (String paths : List.of("/admin/*", "/key/*", "/budget/*", "/spend/*")) {
            router.route(paths).order(Integer.MIN_VALUE).handler(this::refuseTooLarge);
        }
    }

    /** Before Quarkus does, which would answer without a body. */
    private void refuseTooLarge(RoutingContext context) {
        String length = context.request().getHeader("content-length");
        if (length != null && Long.parseLong(length) > bodyBytesMax) {
            refuse(
                    context,
                    ProblemCode.REQUEST_TOO_LARGE,
                    "The body has " + length + " bytes (expected: at most " + bodyBytesMax + ").");
        } else if (context.request().getHeader("transfer-encoding") != null) {
            refuse(context, ProblemCode.LENGTH_REQUIRED, "The body has no Content-Length.");
        } else {
            context.next();
        }
    }

    private static void refuse(RoutingContext context, ProblemCode code, String message) {
        context.response()
                .setStatusCode(code.status())
                .putHeader("content-type", "application/json")
                .putHeader("connection", "close")
                .end(AdminProblems.body(new Problem(code, message)))
                .onComplete(_ -> context.request().connection().close());
    }
}
