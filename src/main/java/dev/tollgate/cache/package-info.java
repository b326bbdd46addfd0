/**
 * Answers that may be given again: who may share one, the key that finds it, and the tiers that keep it. A scope is part of
 * every key and of every tier's storage, so that no mistake can give one tenant another's answer.
 */
@NullMarked
package dev.tollgate.cache;

import org.jspecify.annotations.NullMarked;
