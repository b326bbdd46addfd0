package dev.tollgate.admin.litellm;

import dev.tollgate.access.Answer;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.limits.RuleChanges;
import dev.tollgate.admin.tenants.TenantChanges;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;

/** Makes changes of keys and their rules together, and answers when all of it is in force in this process. */
@Singleton
public class LitellmChanges {
    private final AdminRequest admin;
    private final RuleChanges rules;
    private final TenantChanges tenants;

    public LitellmChanges(AdminRequest admin, RuleChanges rules, TenantChanges tenants) {
        this.admin = admin;
        this.rules = rules;
        this.tenants = tenants;
    }

    /** Rules first, so that a new key never works without its limits here. */
    Uni<Response> make(Function<Change, Future<Answer>> change) {
        return admin.change(change, LitellmJson::text)
                .call(() -> AdminRequest.uni(rules::inForce))
                .call(() -> AdminRequest.uni(tenants::inForce));
    }
}
