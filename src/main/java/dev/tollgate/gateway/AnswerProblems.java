package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jboss.logging.Logger;

/** Turns every failure into an OpenAI-shaped answer, here and nowhere else. */
public final class AnswerProblems implements Stage {
    private static final Logger LOG = Logger.getLogger(AnswerProblems.class);

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        return next.handle(exchange).recover(failure -> Future.succeededFuture(answer(problemOf(failure, exchange))));
    }

    /** The answer to a problem. */
    public static Reply answer(Problem problem) {
        JsonObject error = new JsonObject()
                .put("message", problem.message())
                .put("type", problem.code().type())
                .put("param", problem.param())
                .put("code", problem.code().label());
        problem.details().forEach(error::put);
        Reply.Whole answer = Reply.json(problem.code().status(), new JsonObject().put("error", error));
        problem.headers().forEach(answer.headers()::set);
        return answer;
    }

    /** Whatever was not foreseen is a defect: its details go to the log, under the request's id, and not to the caller. */
    private static Problem problemOf(Throwable failure, Exchange exchange) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        LOG.errorf(failure, "Request %s failed unexpectedly", exchange.id());
        return new Problem(
                ProblemCode.INTERNAL_ERROR,
                "Tollgate failed on this request. Its id, " + exchange.id() + ", leads to the cause in the log.");
    }
}
