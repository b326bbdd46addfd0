/** The description of administration, completed with what all operations have in common. */
@NullMarked
package dev.tollgate.admin.openapi;

import org.jspecify.annotations.NullMarked;
