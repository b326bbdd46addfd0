/** Administration of budgets, limits, tiers and stops over REST. */
@NullMarked
package dev.tollgate.admin.limits;

import org.jspecify.annotations.NullMarked;
