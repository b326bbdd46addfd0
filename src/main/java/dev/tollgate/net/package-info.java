/**
 * The network: which addresses Tollgate may be sent to by those who administer it, and answers that come back to the event
 * loop that asked.
 */
@NullMarked
package dev.tollgate.net;

import org.jspecify.annotations.NullMarked;
