/** Prices and terms that are kept in the database: their versions, and how they come into force. */
@NullMarked
package dev.tollgate.rating;

import org.jspecify.annotations.NullMarked;
