/** How what is in memory follows the database: every change in force everywhere within a second. */
@NullMarked
package dev.tollgate.feed;

import org.jspecify.annotations.NullMarked;
