/** Reading JSON where it lies: one pass over the bytes, no tree, no copies. */
@NullMarked
package dev.tollgate.wire.json;

import org.jspecify.annotations.NullMarked;
