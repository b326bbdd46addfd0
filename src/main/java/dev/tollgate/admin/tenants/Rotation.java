package dev.tollgate.admin.tenants;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a key is rotated. */
@Schema(example = """
        {"overlap_seconds": 3600}
        """)
public record Rotation(
        @Schema(description = "How long the secret before stays good: 0 to 2,592,000; by default a day.") @Nullable
        Long overlapSeconds) {}
