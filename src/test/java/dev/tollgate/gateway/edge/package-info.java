/** The gateway's HTTP server, its parts. */
@NullMarked
package dev.tollgate.gateway.edge;

import org.jspecify.annotations.NullMarked;
