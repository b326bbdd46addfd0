package dev.tollgate.admin.providers;

import dev.tollgate.provider.CredentialCheck.Verdict;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a provider says of a credential. */
@Schema(example = """
        {"verdict": "good", "reason": null}
        """)
public record CheckView(
        @Schema(
                description =
                        "`untold` where the provider has nothing that would tell, `unknown` where it can't be asked.",
                enumeration = {"good", "refused", "forbidden", "unknown", "untold"})
        String verdict,

        @Nullable String reason) {
    static CheckView of(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Good _ -> new CheckView("good", null);
            case Verdict.Refused refused -> new CheckView("refused", "the provider answered " + refused.status());
            case Verdict.Forbidden forbidden -> new CheckView("forbidden", forbidden.why());
            case Verdict.Unknown unknown -> new CheckView("unknown", unknown.why());
            case Verdict.Untold _ -> new CheckView("untold", null);
        };
    }
}
