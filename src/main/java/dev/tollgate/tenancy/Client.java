package dev.tollgate.tenancy;

/**
 * A customer or project of an organization, whose settings it inherits and may only narrow.
 *
 * @param id {@code cli_…}
 */
public record Client(String id, String organizationId, Profile profile, Stamps stamps) {}
