package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.AllowedModels;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;

/** Decides whether this may be asked at all. */
public final class EnforcePolicy implements Stage {
    private final boolean unmeteredAllowed;

    /** @param unmeteredAllowed whether work may be started whose reply does not carry its cost */
    public EnforcePolicy(boolean unmeteredAllowed) {
        this.unmeteredAllowed = unmeteredAllowed;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Operation operation = exchange.path().operation();
        if (operation == Operation.ORGANIZATION) {
            throw new Problem(
                    ProblemCode.PATH_NOT_ALLOWED,
                    "The provider account is administered at the provider, not through Tollgate.");
        }
        if (operation == Operation.REALTIME) {
            throw new Problem(ProblemCode.NOT_OFFERED, "Realtime sessions are not offered by Tollgate yet.");
        }
        boolean unmetered =
                operation == Operation.UNMETERED || exchange.body().facts().background();
        if (unmetered && !unmeteredAllowed) {
            throw new Problem(
                    ProblemCode.PATH_NOT_METERED,
                    "The reply to this request does not carry its cost, so it could not be controlled."
                            + " Set TOLLGATE_UNMETERED=allow to relay such requests unbooked.");
        }
        refuseModelNotAllowed(exchange);
        refuseKeyNotAllowed(exchange);
        return next.handle(exchange);
    }

    private static void refuseModelNotAllowed(Exchange exchange) {
        AllowedModels models = exchange.caller().models();
        if (models.isAll()) {
            return;
        }
        Operation operation = exchange.path().operation();
        String model = ChooseAccount.model(exchange);
        if (operation == Operation.UNMETERED || (model == null && operation.runsModel())) {
            throw new Problem(
                    ProblemCode.MODEL_NOT_ALLOWED,
                    "This key may use certain models only, and which ones this request would run can't be seen.");
        }
        if (model != null && !models.allows(model)) {
            throw new Problem(
                    ProblemCode.MODEL_NOT_ALLOWED,
                    "The model " + model + " is not allowed to this key (expected: one that /v1/models lists).",
                    "model");
        }
    }

    private static void refuseKeyNotAllowed(Exchange exchange) {
        String broughtKey = exchange.broughtKey();
        if (broughtKey == null) {
            return;
        }
        if (!exchange.caller().mayBringKey()) {
            throw new Problem(
                    ProblemCode.CALLER_KEY_NOT_ALLOWED,
                    "Provider keys of callers are not switched on for this organization (caller_keys_allowed). Send"
                            + " the Tollgate key in Authorization, without x-tollgate-key, to use the accounts"
                            + " that are set up.");
        }
        if (broughtKey.isEmpty() || broughtKey.startsWith(ApiKey.PREFIX)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "Authorization has no provider key (expected beside x-tollgate-key: Bearer and your own key at"
                            + " the provider).");
        }
    }
}
