/** The most that a request can cost, said before it runs. */
@NullMarked
package dev.tollgate.bounds;

import org.jspecify.annotations.NullMarked;
