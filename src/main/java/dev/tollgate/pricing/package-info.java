/** What a usage costs: prices as data, a price book to look them up in, and exact cost. */
@NullMarked
package dev.tollgate.pricing;

import org.jspecify.annotations.NullMarked;
