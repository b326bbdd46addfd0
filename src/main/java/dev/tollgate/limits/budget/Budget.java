package dev.tollgate.limits.budget;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Rule;
import dev.tollgate.limits.Scope;

/** An amount that requests of a scope may use in each period. The amount of a window stands with the window. */
public record Budget(String id, String name, Scope scope, Mode mode, Measure measure, Period period) implements Rule {}
