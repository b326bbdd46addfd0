/** The versions of what is followed, in PostgreSQL. */
@NullMarked
package dev.tollgate.feed.pg;

import org.jspecify.annotations.NullMarked;
