/** The gateway's HTTP server: requests in, replies out, connections watched. */
@NullMarked
package dev.tollgate.gateway.edge;

import org.jspecify.annotations.NullMarked;
