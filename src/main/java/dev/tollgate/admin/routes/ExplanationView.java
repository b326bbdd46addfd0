package dev.tollgate.admin.routes;

import dev.tollgate.kernel.Money;
import dev.tollgate.provider.Candidate;
import dev.tollgate.routing.Considered;
import dev.tollgate.routing.Places;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a request would go, and what became of each candidate. */
@Schema(example = """
        {"outcome": "routed", "why": null, "tier": "starter", "route": "support-bot", "route_version": "7",
         "model": "support-bot", "low_budget": ["warn"],
         "considered": [
             {"at": "support-bot.candidates[0]", "target": "openai/gpt-5", "turn": null, "member": "when.tier",
              "why": "starter (expected: scale)", "place": null},
             {"at": "support-bot.candidates[1]", "target": "openai/gpt-5-mini over openai", "turn": 1, "member": null,
              "why": null, "place": {"provider": "openai", "account_id": "openai", "model": "gpt-5-mini",
              "payer": "platform", "weight": 100, "cost": "0.0011", "currency": "USD", "delay_ms": 340,
              "under_way": 2}}]}
        """)
public record ExplanationView(
        @Schema(
                description =
                        "`routed` to candidates; `direct`: no route, but a model; `nowhere`: no candidate will do;"
                                + " `no_room`: those that would are at their limits; `not_allowed` for the tier;"
                                + " `refused` before a route is looked at.")
        String outcome,

        @Schema(description = "Why it is refused.") @Nullable
        String why,

        @Nullable String tier,
        @Nullable String route,

        @Schema(description = "As entries of the ledger have it.") @Nullable
        String routeVersion,

        @Schema(description = "That is asked for; where no route stands for it, that is run, or is not allowed.")
        @Nullable
        String model,

        @Schema(
                description =
                        "What is done because little is left of a budget: `warn`, `prefer_cheaper`, `cap_output`.")
        List<String> lowBudget,

        List<Step> considered) {

    /** What became of a candidate. */
    @Schema(name = "RouteStep")
    public record Step(
            @Schema(description = "Where it is written.") String at,

            String target,

            @Schema(description = "When it is tried, 1 first; null where it isn't.") @Nullable
            Integer turn,

            @Schema(
                    description = "What speaks against it: a condition, or of the account `models`, `price`, `owner`,"
                            + " `health`, `stop`, `room`, …")
            @Nullable
            String member,

            @Nullable String why,

            @Schema(description = "The account, where accounts were looked at.") @Nullable
            PlaceView place) {
        static Step of(Considered<Candidate> considered, Places<Candidate> places) {
            Candidate candidate = considered.place();
            PlaceView place = candidate == null ? null : PlaceView.of(candidate, places);
            return switch (considered.verdict()) {
                case Considered.Verdict.Taken(int turn) ->
                    new Step(considered.at(), considered.target(), turn, null, null, place);
                case Considered.Verdict.PassedOver(String member, String why) ->
                    new Step(considered.at(), considered.target(), null, member, why, place);
            };
        }
    }

    /** A model of an account, and what strategies look at. */
    @Schema(name = "RoutePlace")
    public record PlaceView(
            String provider,
            String accountId,
            @Nullable String model,

            @Schema(description = "Who pays the provider: `platform`, `organization` or `client`.")
            String payer,

            @Schema(description = "Its share of the requests, against those of others of its owner at its provider.")
            int weight,

            @Schema(description = "Of such a request, about, in dollars; null without a price.") @Nullable
            String cost,

            String currency,

            @Schema(description = "Until an answer begins, as it looks; 0 where nothing is known.")
            long delayMs,

            @Schema(description = "Requests under way on this replica.")
            int underWay) {
        static PlaceView of(Candidate candidate, Places<Candidate> places) {
            return new PlaceView(
                    candidate.account().provider(),
                    candidate.account().id(),
                    candidate.model(),
                    candidate.account().payer(),
                    candidate.account().use().weight(),
                    candidate.price() == null ? null : new Money(places.cost(candidate)).toDollars(),
                    "USD",
                    TimeUnit.NANOSECONDS.toMillis(places.delay(candidate)),
                    places.load(candidate));
        }
    }

    /** It gets no further than this. */
    static ExplanationView refused(@Nullable String tier, @Nullable String model, String why) {
        return new ExplanationView("refused", why, tier, null, null, model, List.of(), List.of());
    }
}
