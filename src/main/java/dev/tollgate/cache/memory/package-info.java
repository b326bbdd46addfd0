/** Answers kept in this process's memory. */
@NullMarked
package dev.tollgate.cache.memory;

import org.jspecify.annotations.NullMarked;
