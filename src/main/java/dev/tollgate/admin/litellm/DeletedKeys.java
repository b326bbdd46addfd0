package dev.tollgate.admin.litellm;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The keys that were deleted. */
@Schema(example = """
        {"deleted_keys": ["b1946ac92492d2347c6235b4d2611184d3a5e1f0d4f1c2b3a49586776655443322"]}
        """)
@RegisterForReflection // no resource method returns it as such
public record DeletedKeys(
        @Schema(description = "Their SHA-256, in the order of the request.")
        List<String> deletedKeys) {}
