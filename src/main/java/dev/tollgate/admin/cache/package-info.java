/** Administration of the cache. */
@NullMarked
package dev.tollgate.admin.cache;

import org.jspecify.annotations.NullMarked;
