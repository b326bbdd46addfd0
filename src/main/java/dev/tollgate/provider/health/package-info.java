/** How accounts stand, as all replicas know it: what checks and requests tell, and the state that follows from it. */
@NullMarked
package dev.tollgate.provider.health;

import org.jspecify.annotations.NullMarked;
