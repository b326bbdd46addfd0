/** Who owns what was created at a provider over an account that several organizations share. */
@NullMarked
package dev.tollgate.ownership;

import org.jspecify.annotations.NullMarked;
