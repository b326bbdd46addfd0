package dev.tollgate.admin.tenants;

import dev.tollgate.access.Answer;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Stamps;
import dev.tollgate.tenancy.pg.PgCallers;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of tenants, and answers when they are in force in this process, so that a new key works as soon as it is
 * shown. Other replicas follow within a second.
 */
@Singleton
public class TenantChanges {
    private static final long PATIENCE_SECONDS = 5;

    private final AdminRequest admin;
    private final PgCallers callers;

    public TenantChanges(AdminRequest admin, PgCallers callers) {
        this.admin = admin;
        this.callers = callers;
    }

    /** Makes a change as {@link AdminRequest#change} does. */
    Uni<Response> make(Function<Change, Future<Answer>> change) {
        return admin.change(change).call(() -> AdminRequest.uni(this::inForce));
    }

    /** What was committed is done, also where this process can't read it again at once. */
    public Future<Integer> inForce() {
        return callers.refresh().timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }

    /** Refuses to change what has ended. */
    public static void mustNotHaveEnded(String what, Stamps stamps) {
        if (stamps.isEnded()) {
            throw new Problem(
                    ProblemCode.CONFLICT, "The " + what + " ended at " + stamps.endedAt() + ", and stays as it is.");
        }
    }

    /** What a member of a request names, which must be there. */
    public static <T> T given(String member, Optional<T> found) {
        return found.orElseThrow(
                () -> new Problem(ProblemCode.OBJECT_NOT_FOUND, member + ": there is no such thing", member));
    }

    /** Refuses to bind something else than it was bound to: entries of the ledger would no longer fit. */
    static void mustStay(String member, @Nullable String asked, @Nullable String was) {
        if (asked != null && !asked.equals(was)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    member + ": stays what it is (expected: " + (was == null ? "left out" : was + ", or left out")
                            + ")",
                    member);
        }
    }
}
