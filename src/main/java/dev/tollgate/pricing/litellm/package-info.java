/** The built-in prices beside those of the LiteLLM project: a command for those who maintain them, no part of the gateway. */
@NullMarked
package dev.tollgate.pricing.litellm;

import org.jspecify.annotations.NullMarked;
