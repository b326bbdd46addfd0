@NullMarked
package dev.tollgate.ledger.journal;

import org.jspecify.annotations.NullMarked;
