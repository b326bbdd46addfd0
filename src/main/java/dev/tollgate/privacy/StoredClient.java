package dev.tollgate.privacy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A client as it is stored.
 *
 * @param client its row
 * @param keys what is known of its keys, without anything of their secrets
 */
public record StoredClient(String organizationId, JsonObject client, boolean archived, JsonArray keys) {}
