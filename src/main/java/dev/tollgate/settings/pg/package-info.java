/** Settings in PostgreSQL: read, changed, and followed into memory. */
@NullMarked
package dev.tollgate.settings.pg;

import org.jspecify.annotations.NullMarked;
