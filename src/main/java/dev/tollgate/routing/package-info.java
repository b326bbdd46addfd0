/** Routes: names that callers use as models, the candidates behind them, and how one is chosen. */
@NullMarked
package dev.tollgate.routing;

import org.jspecify.annotations.NullMarked;
