/** Administration of the encryption at rest. */
@NullMarked
package dev.tollgate.admin.vault;

import org.jspecify.annotations.NullMarked;
