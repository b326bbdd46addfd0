/** The {@code tollgate} script at the top of the project, tried in copies of the project with made-up programs. */
@NullMarked
package dev.tollgate.launcher;

import org.jspecify.annotations.NullMarked;
