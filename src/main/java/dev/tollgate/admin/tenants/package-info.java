/** Administration of organizations, clients and keys over REST. */
@NullMarked
package dev.tollgate.admin.tenants;

import org.jspecify.annotations.NullMarked;
