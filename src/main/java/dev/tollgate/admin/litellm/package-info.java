/** The part of LiteLLM's administration that scripts use, with its paths and words, done with Tollgate's own objects. */
@NullMarked
package dev.tollgate.admin.litellm;

import org.jspecify.annotations.NullMarked;
