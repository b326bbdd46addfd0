package dev.tollgate.admin.alerts;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How a signing secret is rotated. */
@Schema(example = """
        {"overlap_seconds": 3600}
        """)
public record SecretRotation(
        @Schema(description = "How long the secret before signs, too: 0 to 604,800; by default a day.") @Nullable
        Long overlapSeconds) {}
