/** What is stored of a person or a client: found together, and erased together. */
@NullMarked
package dev.tollgate.privacy;

import org.jspecify.annotations.NullMarked;
