/** The dialect of Amazon Bedrock's Converse API: usage. */
@NullMarked
package dev.tollgate.wire.bedrock;

import org.jspecify.annotations.NullMarked;
