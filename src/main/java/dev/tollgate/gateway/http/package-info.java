/** Where requests come in over HTTP and answers go out. */
@NullMarked
package dev.tollgate.gateway.http;

import org.jspecify.annotations.NullMarked;
