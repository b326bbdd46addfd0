package dev.tollgate.admin.routes;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which version is to hold again. */
@Schema(name = "RoutingRestoration", example = """
        {"version": 3}
        """)
public record Restoration(
        @Schema(description = "One of its versions.") @Nullable
        Long version) {}
