package dev.tollgate.admin.limits;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A tag that requests have. */
@Schema(example = """
        {"key": "team", "value": "search"}
        """)
public record ScopeTag(
        @Schema(description = "The tag's name.") @Nullable String key,

        @Schema(description = "Its value; null is any.") @Nullable
        String value) {}
