/** The one record of each request, and its way into the database. */
@NullMarked
package dev.tollgate.ledger;

import org.jspecify.annotations.NullMarked;
