/** Administration of routes, and of how tiers are routed. */
@NullMarked
package dev.tollgate.admin.routes;

import org.jspecify.annotations.NullMarked;
