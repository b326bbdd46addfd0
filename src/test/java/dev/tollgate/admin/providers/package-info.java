/** Accounts at providers, as requests give them. */
@NullMarked
package dev.tollgate.admin.providers;

import org.jspecify.annotations.NullMarked;
