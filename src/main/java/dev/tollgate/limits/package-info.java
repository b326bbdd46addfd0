/** Rules that limit requests: whose requests a rule counts, and which rules hold for a request. */
@NullMarked
package dev.tollgate.limits;

import org.jspecify.annotations.NullMarked;
