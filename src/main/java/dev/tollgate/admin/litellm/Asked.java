package dev.tollgate.admin.litellm;

/** What fields mean that requests have alike. */
final class Asked {
    static final String MAX_BUDGET =
            "Dollars that may be spent in each `budget_duration`: a JSON number, taken by its digits; at most nine decimals.";

    static final String SOFT_BUDGET = "Dollars at which an alert is sent; refuses nothing.";

    static final String BUDGET_DURATION =
            "How often budgets begin anew, by the calendar in UTC: `1h`, `24h` or `1d`, `7d` or `1w`, `30d` or `1mo`; left"
                    + " out for never.";

    static final String RPM_LIMIT = "Requests a minute.";

    static final String TPM_LIMIT = "Tokens a minute.";

    static final String MAX_PARALLEL_REQUESTS = "Requests at the same time.";

    static final String ORGANIZATION_ID =
            "Whose it is: `org_…`; by default the token's, or the only one that there is.";

    private Asked() {}
}
