package dev.tollgate.admin.tenants;

/** What the members and parameters mean that organizations, clients and keys have alike. */
final class Words {
    static final String NAME = "For people, 1 to 200 characters. Required of what is new.";

    static final String OWNER = "Who answers for it, up to 200 characters.";

    static final String TAGS = "Up to 50 pairs, which go into its ledger entries; of two with one name the narrower "
            + "wins. A member that is null is taken out.";

    static final String METADATA = "Up to 16 KiB that Tollgate does not read. A member that is null is taken out.";

    static final String ENABLED = "False refuses all requests beneath it, until it is true again.";

    static final String EXPIRES_AT = "From when on its requests are refused.";

    static final String ALLOWED_MODELS = "Names, or beginnings with a star at their end; null narrows nothing.";

    static final String ORGANIZATION_ID = "Whose it is, for good; by default that of the token, or of the client.";

    static final String IS_ENABLED = "Those that are enabled, or those that are not.";

    static final String NAME_PREFIX = "Those whose name begins with this.";

    static final String TAG = "Those with this tag: `name`, or `name:value`.";

    static final String STATE = "`active` ones by default, `ended` ones (archived or revoked), or `all`.";

    private Words() {}
}
