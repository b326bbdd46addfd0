package dev.tollgate.admin.limits;

/** What members and parameters mean that budgets, limits, tiers and stops have alike. */
final class Words {
    static final String SCOPE = "Whose requests it counts.";

    static final String OWNER =
            "`platform`, `tier`, `organization`, `client`, `key` or `account`: it counts the requests "
                    + "beneath that. By default the organization of the token. Roles of an organization own rules of the latter, "
                    + "its clients and keys.";

    static final String OWNER_ID = "The id of the organization, client, key or account, or the name of the tier.";

    static final String MODELS = "Only requests for these: names, or beginnings with a star at their end; null is all.";

    static final String FEATURE = "Only requests of this feature.";

    static final String TAG = "Only requests with this tag.";

    static final String END_USER = "Only requests of this end user of the organization, as its application calls them; "
            + "told as the hash by which the ledger knows them.";

    static final String PER = "What each has a count of its own: any of `organization`, `client`, `key`, `feature`, "
            + "`end_user`, `model`, `tag`. Nothing is one count for all.";

    static final String NAME = "For people, 1 to 200 characters. Required of what is new.";

    static final String MODE =
            "`hard` refuses (the default); `shadow` lets requests through and flags the entries of those that went beyond it;"
                    + " `soft` alerts, too.";

    static final String ENABLED = "False suspends it, until it is true again.";

    static final String CURRENCY = "`USD` where the amount is money.";

    static final String IS_ENABLED = "Those that are enabled, or those that are not.";

    static final String BY_OWNER =
            "Those of such an owner: `platform`, `tier`, `organization`, `client`, `key`, `account`.";

    static final String BY_OWNER_ID = "Those of this owner.";

    static final String STATE = "`active` ones by default, `ended` ones (archived), or `all`.";

    static final String SUBJECT = "Whose count, where the budget has one per something: as its windows tell it.";

    static final String REASON = "Why, for people and for the audit log; up to 200 characters.";

    private Words() {}
}
