/** Administration of accounts at providers. */
@NullMarked
package dev.tollgate.admin.providers;

import org.jspecify.annotations.NullMarked;
