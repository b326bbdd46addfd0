package dev.tollgate.bounds;

/** How sure it is that a request costs no more than its bound. The worse one is declared later. */
public enum Certainty {
    /** It follows from the request's bytes, the model's published tokenizer and the limits that the provider documents. */
    PROVEN,
    /** It follows from figures that the provider states or that were observed: tokens of images, a tokenizer's factor. */
    MODELLED,
    /** Nothing that is known bounds it. Figures cover what is known. */
    UNBOUNDED;

    public Certainty worseOf(Certainty other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
