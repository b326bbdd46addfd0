package dev.tollgate.limits.budget;

/**
 * An amount in each measure: what a request may use, or has used.
 *
 * @param charge nanodollars that the organization pays
 * @param providerCost nanodollars that the owner of the account pays
 */
public record Amounts(long charge, long providerCost, long inputTokens, long outputTokens, long requests) {
    public static final Amounts NOTHING = new Amounts(0, 0, 0, 0, 0);

    /** The same of what is no request of its own. */
    public Amounts ofNoRequest() {
        return new Amounts(charge, providerCost, inputTokens, outputTokens, /* requests= */ 0);
    }

    public long of(Measure measure) {
        return switch (measure) {
            case CHARGE -> charge;
            case PROVIDER_COST -> providerCost;
            case TOKENS -> saturated(inputTokens + outputTokens);
            case INPUT_TOKENS -> inputTokens;
            case OUTPUT_TOKENS -> outputTokens;
            case REQUESTS -> requests;
        };
    }

    private static long saturated(long sum) {
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
