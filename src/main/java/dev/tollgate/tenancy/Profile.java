package dev.tollgate.tenancy;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said of an organization, a client or a key alike. {@link ProfileRules} has the bounds of what callers may say.
 *
 * @param name for people
 * @param owner who answers for it, for people, or null
 * @param tags go into the entries of its requests
 * @param metadata whatever the operator wants to keep beside it; Tollgate does not read it
 * @param enabled whether it may be used; its requests are refused while it may not
 * @param expiresAt from when on it may not be used, or null
 * @param allowedModels names, or beginnings followed by a star, that it may use; null narrows nothing
 */
public record Profile(
        String name,
        @Nullable String owner,
        Map<String, String> tags,
        JsonObject metadata,
        boolean enabled,
        @Nullable Instant expiresAt,
        @Nullable List<String> allowedModels) {}
