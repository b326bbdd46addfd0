package dev.tollgate.provider;

/** Why an account that is open to a caller does not serve a request. */
public enum Unfit {
    OTHER_PROVIDER("provider", "it is at another provider"),
    OTHER_ACCOUNT("account", "it is another account"),
    OTHER_REGION("region", "it is in another region"),
    NOT_WANTED("provider", "the caller wants another provider or account"),
    OTHER_MODEL("models", "it is not for this model"),
    NO_PRICE("price", "there is no price for the model at its provider"),
    OTHER_PAYER("owner", "an account that is preferred has another owner, and who pays is not changed"),
    OUT_OF_USE("account", "it can't be used at present");

    private final String member;
    private final String why;

    Unfit(String member, String why) {
        this.member = member;
        this.why = why;
    }

    /** What of the account speaks against it. */
    public String member() {
        return member;
    }

    /** Why that account does not, for people. */
    public String why(Account account) {
        String outOfUse = account.outOfUse();
        return this == OUT_OF_USE && outOfUse != null ? why + ": " + outOfUse : why;
    }
}
