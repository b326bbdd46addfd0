/** What routes look at of a request, and the conditions under which it may go to a candidate. */
@NullMarked
package dev.tollgate.routing.when;

import org.jspecify.annotations.NullMarked;
