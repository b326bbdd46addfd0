package dev.tollgate.alerts;

import io.vertx.core.Future;

/** Brings an alert to where a channel leads. */
public interface Courier {
    /** Makes one attempt and tells how it went; an attempt that fails is no failed future. Ends within half a minute or so. */
    Future<Attempt> bring(Alert alert, Target target);
}
