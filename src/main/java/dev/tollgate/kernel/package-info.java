/** The words of the domain: money, usage, identity, problems. Plain Java, no framework. */
@NullMarked
package dev.tollgate.kernel;

import org.jspecify.annotations.NullMarked;
