package dev.tollgate.admin.routes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A request, as far as routes look at it; what is left out is as of a short text of nobody in particular. */
@Schema(example = """
        {"key_id": "key_8d0s7q2m5x1c", "model": "support-bot", "feature": "chat", "tools": true, "prompt_bytes": 12000}
        """)
public record RouteQuestion(
        @Schema(
                description =
                        "The key that it would come with. What that is bound to goes before what is said here, as it"
                                + " goes before headers.")
        @Nullable
        String keyId,

        @Schema(description = "Whose request it would be, where no key is named.") @Nullable
        String organizationId,

        @Schema(description = "The client's, where no key is named.") @Nullable
        String clientId,

        @Schema(description = "A model or a route; left out, the request names none.") @Nullable
        String model,

        @Schema(description = "As in `x-tollgate-provider`.") @Nullable
        String provider,

        @Schema(description = "By default the organization's.") @Nullable
        String tier,

        @Nullable String feature,
        @Nullable Map<String, String> tags,

        @Schema(description = "As in `x-tollgate-user`.") @Nullable
        String endUser,

        @Schema(description = "Now by default.") @Nullable Instant at,

        @Schema(description = "Of text.") @Nullable Long promptBytes,

        @Schema(description = "`text`, or some of `image`, `audio` and `file`.") @Nullable
        List<String> modality,

        @Nullable Boolean tools,

        @Schema(description = "`low`, `normal` or `high`.") @Nullable
        String urgency,

        @Schema(description = "0 to 100; left out, it is not known.") @Nullable
        Integer difficulty,

        @Schema(
                description = "Percent of the budget of which the least is left; by default of those that count the"
                        + " request, as far as this replica knows.")
        @Nullable
        Integer budgetLeft,

        @Schema(description = "Tokens of the answer at most.") @Nullable
        Long outputCap,

        @Schema(description = "`price` or `latency`; by default as the feature's settings have it.") @Nullable
        String prefer,

        @Schema(description = "As in `x-tollgate-session`; by default the end user.") @Nullable
        String session) {}
