/**
 * What organizations and their clients have set for each feature: limits, models, prompts and defaults. Clients inherit
 * and may only narrow.
 */
@NullMarked
package dev.tollgate.settings;

import org.jspecify.annotations.NullMarked;
