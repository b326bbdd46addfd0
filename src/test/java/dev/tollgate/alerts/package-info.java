/** Who is told what, and how. */
@NullMarked
package dev.tollgate.alerts;

import org.jspecify.annotations.NullMarked;
