/** The cache: what every tier does, and what none of them may do. */
@NullMarked
package dev.tollgate.cache;

import org.jspecify.annotations.NullMarked;
