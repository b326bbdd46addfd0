package dev.tollgate.platform;

import dev.tollgate.tenancy.pg.PgTenancy;
import io.vertx.core.Vertx;

/** A minute of traffic of several organizations. */
final class Demo {
    static final String PROPERTY = "launch.demo";

    private Demo() {}

    static void start(Vertx vertx, String root, PgTenancy tenancy) {
        throw new IllegalStateException(root + tenancy + vertx);
    }
}
