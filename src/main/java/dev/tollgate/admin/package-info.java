/** Administration over REST. */
@NullMarked
package dev.tollgate.admin;

import org.jspecify.annotations.NullMarked;
