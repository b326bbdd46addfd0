package dev.tollgate.admin;

import dev.tollgate.access.Principal;
import dev.tollgate.access.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The token of the environment or of the data folder: the platform's administrator, without a database. Set once at
 * start, compared in constant time.
 */
public final class RootToken {
    private volatile byte[] token = new byte[0];

    public void set(String text) {
        token = text.getBytes(StandardCharsets.UTF_8);
    }

    /** The platform's administrator, or null for another token. */
    @Nullable
    Principal identify(String given, String remoteAddress) {
        byte[] expected = token;
        return expected.length > 0 && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))
                ? new Principal("root", "the environment's token", Role.PLATFORM_ADMINISTRATOR, null, remoteAddress)
                : null;
    }
}
