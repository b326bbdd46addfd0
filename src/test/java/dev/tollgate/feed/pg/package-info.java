@NullMarked
package dev.tollgate.feed.pg;

import org.jspecify.annotations.NullMarked;
