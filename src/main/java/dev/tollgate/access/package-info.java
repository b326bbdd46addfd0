/** Who may administer what: tokens, roles, permissions, and the record of what was done with them. */
@NullMarked
package dev.tollgate.access;

import org.jspecify.annotations.NullMarked;
