package dev.tollgate.platform;

import io.vertx.ext.web.Router;
import jakarta.enterprise.event.Observes;

/** Other names for paths of health, which people and tools ask for. */
final class AdminPaths {
    void register(@Observes Router router) {
        router.route("/q/health").handler(context -> context.reroute("/health"));
        router.route("/q/health/*")
                .handler(context -> context.reroute(context.normalizedPath().substring(2)));
        router.route("/health/liveliness").handler(context -> context.reroute("/health/live"));
        router.route("/health/liveness").handler(context -> context.reroute("/health/live"));
        router.route("/health/readiness").handler(context -> context.reroute("/health/ready"));
    }
}
