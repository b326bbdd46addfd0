package dev.tollgate.limits;

/** Something that holds for the requests of a scope. */
public interface Rule {
    /** {@code bud_…} or {@code lim_…} */
    String id();

    /** For people. */
    String name();

    Scope scope();

    Mode mode();
}
