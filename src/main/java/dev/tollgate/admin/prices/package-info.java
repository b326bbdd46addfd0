/** Administration of prices and terms over REST. */
@NullMarked
package dev.tollgate.admin.prices;

import org.jspecify.annotations.NullMarked;
