/** The journal: what happens to requests, written to memory-mapped files before it happens, so that a crash loses no entry. */
@NullMarked
package dev.tollgate.ledger.journal;

import org.jspecify.annotations.NullMarked;
