package dev.tollgate.admin.limits;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.limits.rules.RuleState;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a limit. In a change, what is left out stays as it is. */
@Schema(example = """
        {"scope": {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab", "per": ["key"]},
         "name": "Each key, a minute", "kind": "requests", "amount": 60, "currency": null, "period": "minute",
         "burst": 10, "mode": "hard", "enabled": true}
        """)
public record LimitBody(
        @Schema(description = Words.SCOPE) @Nullable ScopeBody scope,
        @Schema(description = Words.NAME) @Nullable String name,

        @Schema(
                description = "What is limited: rates of `requests`, `tokens`, `input_tokens` or `output_tokens`;"
                        + " `concurrency`; of each request `request_bytes`, `output_cap` (tokens), `deadline` (seconds),"
                        + " `price_per_request`, `share_per_request`. It stays.")
        @Nullable
        String kind,

        @Schema(
                description = "A whole number; of a price a decimal string of dollars; of a share a decimal string of"
                        + " percent of the smallest monthly money budget.")
        @Nullable
        Object amount,

        @Schema(description = Words.CURRENCY) @Nullable String currency,

        @Schema(description = "Of a rate: `second`, `minute`, `hour` or `day`.") @Nullable
        String period,

        @Schema(description = "How many of a rate may come at once; null is the whole amount.") @Nullable
        Optional<Long> burst,

        @Schema(description = Words.MODE) @Nullable String mode,
        @Schema(description = Words.ENABLED) @Nullable Boolean enabled) {

    /** Something new. */
    LimitRecord create(String id, Scope scopeOfIt, RuleState state) {
        UsageLimit.Kind limited = Choice.of("kind", Given.required("kind", kind), UsageLimit.Kind.class);
        Given.required("amount", amount);
        Given.required("name", name);
        UsageLimit rule = new UsageLimit(id, "", scopeOfIt, Mode.HARD, limited, 0, 0, null);
        return fill(new LimitRecord(rule, state), scopeOfIt);
    }

    /** What is there, with what was given in place of what it was. */
    LimitRecord change(LimitRecord was, Scope scopeOfIt) {
        String kindWas = was.rule().kind().label();
        if (kind != null && !kind.equals(kindWas)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "kind: another one (expected: " + kindWas + ", or left out; or make another limit)",
                    "kind");
        }
        return fill(was, scopeOfIt);
    }

    private LimitRecord fill(LimitRecord was, Scope scopeOfIt) {
        UsageLimit rule = was.rule();
        Unit unit = Unit.of(rule.kind());
        unit.mustBe(currency);
        return RuleBounds.checked(new LimitRecord(
                new UsageLimit(
                        rule.id(),
                        name == null ? rule.name() : name,
                        scopeOfIt,
                        Choice.of("mode", mode, Mode.class, rule.mode()),
                        rule.kind(),
                        amount == null ? rule.amount() : unit.read("amount", amount),
                        period == null
                                ? rule.periodSeconds()
                                : Choice.of("period", period, RatePeriod.class).seconds(),
                        burst == null ? rule.burst() : burst.orElse(null)),
                was.state().withEnabled(enabled == null ? was.state().enabled() : enabled)));
    }
}
