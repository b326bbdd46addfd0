/** Providers, the accounts at them, and the connection to them. */
@NullMarked
package dev.tollgate.provider;

import org.jspecify.annotations.NullMarked;
