/** What tests share: fakes, servers and a vocabulary for states. */
@NullMarked
package dev.tollgate.testkit;

import org.jspecify.annotations.NullMarked;
