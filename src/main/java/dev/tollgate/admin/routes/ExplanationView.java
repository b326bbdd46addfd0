package dev.tollgate.admin.routes;

import dev.tollgate.routing.Choice;
import dev.tollgate.routing.Considered;
import dev.tollgate.routing.Router.Explanation;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a request would go, and what became of each candidate. */
@Schema(example = """
        {"outcome": "routed", "tier": "starter", "route": "support-bot", "model": null,
         "considered": [
             {"at": "support-bot.candidates[0]", "target": "openai/gpt-5", "turn": null, "member": "when.tier",
              "why": "starter (expected: scale)"},
             {"at": "support-bot.candidates[1]", "target": "openai/gpt-5-mini over openai", "turn": 1, "member": null,
              "why": null}]}
        """)
public record ExplanationView(
        @Schema(
                description =
                        "`routed` to candidates; `direct`: no route, but a model; `nowhere`: no candidate will do;"
                                + " `not_allowed` for the tier.")
        String outcome,

        @Nullable String tier,
        @Nullable String route,

        @Schema(description = "That is run, or is not allowed, where no route stands for it.") @Nullable
        String model,

        List<Step> considered) {

    /** What became of a candidate. */
    @Schema(name = "RouteStep")
    public record Step(
            @Schema(description = "Where it is written.") String at,

            String target,

            @Schema(description = "When it is tried, 1 first; null where it isn't.") @Nullable
            Integer turn,

            @Schema(description = "What of the candidate speaks against it.") @Nullable
            String member,

            @Nullable String why) {
        static Step of(Considered considered) {
            return switch (considered.verdict()) {
                case Considered.Verdict.Taken(int turn) ->
                    new Step(considered.at(), considered.target(), turn, null, null);
                case Considered.Verdict.PassedOver(String member, String why) ->
                    new Step(considered.at(), considered.target(), null, member, why);
            };
        }
    }

    static ExplanationView of(@Nullable String tier, Explanation<?> explanation) {
        List<Step> steps = explanation.considered().stream().map(Step::of).toList();
        return switch (explanation.choice()) {
            case Choice.Direct<?>(String model) -> new ExplanationView("direct", tier, null, model, steps);
            case Choice.Routed<?> routed -> new ExplanationView("routed", tier, routed.route(), null, steps);
            case Choice.Nowhere<?>(String route) -> new ExplanationView("nowhere", tier, route, null, steps);
            case Choice.NotAllowed<?>(String of, String model) ->
                new ExplanationView("not_allowed", of, null, model, steps);
        };
    }
}
