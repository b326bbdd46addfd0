package dev.tollgate.routing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done with the name that a request asks for.
 *
 * @param <P> a place: a model of an account
 */
public sealed interface Choice<P> {
    /**
     * No route has that name: it is a model's.
     *
     * @param model to be run: the one asked for, the tier's default or substitute, or null where none is named at all
     */
    record Direct<P>(@Nullable String model) implements Choice<P> {}

    /**
     * It goes to the first of these places, or to the next one where that fails.
     *
     * @param route whose candidates they are
     * @param places at least one
     * @param at for each of them where the candidate is written that led there
     */
    record Routed<P>(Route route, List<P> places, List<String> at) implements Choice<P> {}

    /** None of the route's candidates will do at present. */
    record Nowhere<P>(String route) implements Choice<P> {}

    /** The tier may not use the model, and nothing stands in for it. */
    record NotAllowed<P>(String tier, String model) implements Choice<P> {}
}
