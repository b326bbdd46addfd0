/** Whose a request is: organizations, keys and the caller that they resolve to. */
@NullMarked
package dev.tollgate.tenancy;

import org.jspecify.annotations.NullMarked;
