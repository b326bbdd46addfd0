/** The composition root: configuration, clocks, stores, start and stop. */
@NullMarked
package dev.tollgate.platform;

import org.jspecify.annotations.NullMarked;
