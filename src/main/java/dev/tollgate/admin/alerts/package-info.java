/** Administration of alerts: the channels they are told over, what was raised, and what became of it. */
@NullMarked
package dev.tollgate.admin.alerts;

import org.jspecify.annotations.NullMarked;
