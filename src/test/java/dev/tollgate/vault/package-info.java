/** Who is told what, and how. */
@NullMarked
package dev.tollgate.vault;

import org.jspecify.annotations.NullMarked;
