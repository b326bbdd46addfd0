package dev.tollgate.platform;

import dev.tollgate.gateway.edge.InFlight;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.tenancy.Tenants;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * Whether Tollgate can serve: it has read its keys once, and is not about to stop. A database that goes away later does
 * not make it unready, because it serves on from what it knows. Liveness has no check at all: it is that the process
 * answers.
 */
@org.eclipse.microprofile.health.Readiness
@Startup
@Singleton
final class Readiness implements HealthCheck {
    private final Tenants tenants;
    private final RulesInForce rules;
    private final InFlight inFlight;

    Readiness(Tenants tenants, RulesInForce rules, InFlight inFlight) {
        this.tenants = tenants;
        this.rules = rules;
        this.inFlight = inFlight;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("gateway")
                .status(tenants.callers() != null && !inFlight.isDraining())
                .withData("keys read", tenants.callers() != null)
                .withData("stopping", inFlight.isDraining())
                .withData(
                        "seconds since rules were heard",
                        rules.hearing().silence().toSeconds())
                .withData("spends nothing until it hears rules", rules.hearing().isDeaf())
                .build();
    }
}
