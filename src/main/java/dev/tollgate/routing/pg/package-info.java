/** Routes in PostgreSQL. */
@NullMarked
package dev.tollgate.routing.pg;

import org.jspecify.annotations.NullMarked;
