/** The dialect of Google's Gemini API: usage. */
@NullMarked
package dev.tollgate.wire.google;

import org.jspecify.annotations.NullMarked;
