/** The PostgreSQL that Tollgate brings along: unpacked, made, started, kept and stopped as a child process. */
@NullMarked
package dev.tollgate.platform.postgres;

import org.jspecify.annotations.NullMarked;
