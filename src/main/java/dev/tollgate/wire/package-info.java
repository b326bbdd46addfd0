/** What bytes mean on the wire, said in facts that know no dialect. No framework. */
@NullMarked
package dev.tollgate.wire;

import org.jspecify.annotations.NullMarked;
