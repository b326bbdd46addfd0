/** The dialect of Cohere's own API: usage. */
@NullMarked
package dev.tollgate.wire.cohere;

import org.jspecify.annotations.NullMarked;
