package dev.tollgate.platform.demo;

/**
 * Where a Tollgate is found.
 *
 * @param baseUrl of the API, ending in {@code /v1}
 * @param adminUrl of administration and metrics
 * @param secretsFile the file that a shell reads the admin token from
 */
public record Places(String baseUrl, String adminUrl, String secretsFile) {}
