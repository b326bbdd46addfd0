/** Exports and erasures of what is stored of end users and clients. */
@NullMarked
package dev.tollgate.admin.privacy;

import org.jspecify.annotations.NullMarked;
