package dev.tollgate.admin.limits;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a tier. */
@Schema(example = """
        {"name": "startup", "description": "starter, with more tokens", "copy_of": "starter"}
        """)
public record TierBody(
        @Schema(description = "By which organizations name it: 1 to 64 of a-z, 0-9, _ and -. It stays.") @Nullable
        String name,

        @Schema(description = "For people, up to 200 characters.") @Nullable
        String description,

        @Schema(description = "Of what is new: the tier whose rules it gets copies of.") @Nullable
        String copyOf) {}
