/** The life of a request: a pipeline of stages, in order. */
@NullMarked
package dev.tollgate.gateway;

import org.jspecify.annotations.NullMarked;
