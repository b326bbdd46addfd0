package dev.tollgate.provider;

/** What the end of a call says of the place where it ended, and of where else the request could go. */
public enum Failure {
    /** It was answered. */
    NONE,
    /** The request is at fault: it would fail elsewhere, too. */
    OF_REQUEST,
    /** It does not fit there, and may elsewhere; the place is well. */
    OF_FIT,
    /** The place is out of order or not open to Tollgate, and will be for a while; elsewhere it may be served. */
    OF_PLACE,
    /** The place is overloaded or out of order in passing: it may serve the request a moment later. */
    OF_MOMENT;

    /** Whether the request may be served elsewhere. */
    public boolean leadsElsewhere() {
        return this == OF_FIT || this == OF_PLACE || this == OF_MOMENT;
    }

    /** Whether the place is to be blamed. */
    public boolean isOfPlace() {
        return this == OF_PLACE || this == OF_MOMENT;
    }
}
