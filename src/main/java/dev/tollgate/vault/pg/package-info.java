/** What is sealed in PostgreSQL, and the change of the master key. */
@NullMarked
package dev.tollgate.vault.pg;

import org.jspecify.annotations.NullMarked;
