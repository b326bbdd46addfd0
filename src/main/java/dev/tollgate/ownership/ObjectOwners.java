package dev.tollgate.ownership;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.Set;

/** Which organization created which object over which account. Safe for threads. */
public interface ObjectOwners {
    /** Records that the organization created these objects; an object that has an owner keeps it. */
    Future<Void> record(String accountId, String organizationId, Collection<String> objectIds);

    /** Those of the objects that the organization owns. */
    Future<Set<String>> ownedBy(String accountId, String organizationId, Collection<String> objectIds);
}
