@NullMarked
package dev.tollgate.feed;

import org.jspecify.annotations.NullMarked;
