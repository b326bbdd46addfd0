/** What tests of several packages share: databases, processes, random documents, seeds. */
@NullMarked
package dev.tollgate.testkit;

import org.jspecify.annotations.NullMarked;
