package dev.tollgate.gateway;

import io.vertx.core.Future;
import java.util.List;

/** The stages of a request, put around one another. */
public final class Pipeline {
    private final List<Stage> stages;
    private final Stage.Next first;

    private Pipeline(List<Stage> stages) {
        this.stages = stages;
        Stage.Next next = exchange -> {
            throw new IllegalStateException("the last stage must not delegate");
        };
        for (Stage stage : stages.reversed()) {
            next = around(stage, next);
        }
        this.first = next;
    }

    /** A pipeline of stages, outermost first. */
    public static Pipeline of(Stage... stages) {
        return new Pipeline(List.of(stages));
    }

    public Future<Reply> handle(Exchange exchange) {
        return first.handle(exchange);
    }

    public List<Stage> stages() {
        return stages;
    }

    private static Stage.Next around(Stage stage, Stage.Next next) {
        return exchange -> {
            try {
                return stage.handle(exchange, next);
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        };
    }
}
