package dev.tollgate.settings;

import java.util.Comparator;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * What becomes of a value of the organization where a client has one of its own.
 *
 * @param isWithin whether the second, a client's, lifts nothing of the first, its organization's
 * @param and what holds where the first and the second are said; within the first, always
 * @param bound what a value must be to be within this one, in words
 */
record Narrowing<T>(BiPredicate<T, T> isWithin, BinaryOperator<T> and, Function<T, String> bound) {
    /** Fewer names are narrower. */
    static final Narrowing<ModelNames> MODELS =
            new Narrowing<>((wide, narrow) -> narrow.isWithin(wide), ModelNames::and, names -> "within " + names);

    /** One text after the other, so that a client can add to what its organization says and take nothing from it. */
    static final Narrowing<String> JOINED = always((wide, narrow) -> wide + "\n\n" + narrow);

    /** Less is narrower. */
    static <T> Narrowing<T> atMost(Comparator<T> order) {
        return new Narrowing<>(
                (wide, narrow) -> order.compare(narrow, wide) <= 0,
                (wide, narrow) -> order.compare(narrow, wide) <= 0 ? narrow : wide,
                wide -> "at most " + wide);
    }

    /** None is wider than another: the client's own holds. */
    static <T> Narrowing<T> free() {
        return always((_, narrow) -> narrow);
    }

    private static <T> Narrowing<T> always(BinaryOperator<T> and) {
        return new Narrowing<>((_, _) -> true, and, _ -> "anything");
    }
}
