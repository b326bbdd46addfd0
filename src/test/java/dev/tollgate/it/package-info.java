/** What the packaged application does, seen from outside: over sockets, in the ledger, on the console. */
@NullMarked
package dev.tollgate.it;

import org.jspecify.annotations.NullMarked;
