/** The dialect of Anthropic's Messages API: usage. */
@NullMarked
package dev.tollgate.wire.anthropic;

import org.jspecify.annotations.NullMarked;
