/** How budgets are kept. */
@NullMarked
package dev.tollgate.limits.budget;

import org.jspecify.annotations.NullMarked;
