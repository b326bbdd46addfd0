/** How accounts stand, in virtual time. */
@NullMarked
package dev.tollgate.provider.health;

import org.jspecify.annotations.NullMarked;
