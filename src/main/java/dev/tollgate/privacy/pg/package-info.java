/** Personal data in PostgreSQL, wherever it stands. */
@NullMarked
package dev.tollgate.privacy.pg;

import org.jspecify.annotations.NullMarked;
