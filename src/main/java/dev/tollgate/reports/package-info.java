/** Questions to what was booked: usage in periods and groups, and the entries that it is the sum of. */
@NullMarked
package dev.tollgate.reports;

import org.jspecify.annotations.NullMarked;
