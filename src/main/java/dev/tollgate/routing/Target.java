package dev.tollgate.routing;

import org.jspecify.annotations.Nullable;

/** Where a candidate leads. */
public sealed interface Target {
    /**
     * A model of providers, as they call it.
     *
     * @param provider the one provider that it is to be had at, or null for any
     * @param account the id of the one account that it goes over, or null for any
     * @param region one of the account's regions, or null for any
     */
    record Model(
            @Nullable String provider,
            String model,
            @Nullable String account,
            @Nullable String region) implements Target {
        /** Over any account at a provider, or at any. */
        public Model(@Nullable String provider, String model) {
            this(provider, model, null, null);
        }

        /** As people read it: {@code openai/gpt-5 in eu-west over acc_…}. */
        @Override
        public String toString() {
            return (provider == null ? model : provider + "/" + model)
                    + (region == null ? "" : " in " + region)
                    + (account == null ? "" : " over " + account);
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
