package dev.tollgate.routing;

import org.jspecify.annotations.Nullable;

/** Where a candidate leads. */
public sealed interface Target {
    /**
     * A model of providers, as they call it.
     *
     * @param provider the one provider that it is to be had at, or null for any
     */
    record Model(@Nullable String provider, String model) implements Target {
        @Override
        public String toString() {
            return provider == null ? model : provider + "/" + model;
        }
    }

    /** Whatever stands behind another route. */
    record Other(String route) implements Target {
        @Override
        public String toString() {
            return "route " + route;
        }
    }
}
