/** Secrets of others, encrypted at rest under a master key that the database never sees. */
@NullMarked
package dev.tollgate.vault;

import org.jspecify.annotations.NullMarked;
