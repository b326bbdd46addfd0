/** A minute of made-up business: organizations whose features call models through Tollgate, and what that came to. */
@NullMarked
package dev.tollgate.platform.demo;

import org.jspecify.annotations.NullMarked;
