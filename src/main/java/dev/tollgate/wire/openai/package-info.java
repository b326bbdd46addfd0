/** The OpenAI dialect: paths, request bodies, replies, streams, usage and errors. */
@NullMarked
package dev.tollgate.wire.openai;

import org.jspecify.annotations.NullMarked;
