/** A provider that behaves like OpenAI's API but makes its answers up, so that Tollgate can be tried without an account. */
@NullMarked
package dev.tollgate.provider.simulated;

import org.jspecify.annotations.NullMarked;
