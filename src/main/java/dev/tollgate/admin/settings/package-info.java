/** Administration of what is set for features: changed, switched, restored, previewed, and read as it holds. */
@NullMarked
package dev.tollgate.admin.settings;

import org.jspecify.annotations.NullMarked;
