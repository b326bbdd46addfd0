/** Budgets: windows of them, the shares that this replica has of a window, and holds on those. */
@NullMarked
package dev.tollgate.limits.budget;

import org.jspecify.annotations.NullMarked;
