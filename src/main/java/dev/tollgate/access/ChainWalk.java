package dev.tollgate.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Walks along the audit log's chain, from its first line to its last, and notices the first that is not what it was. A
 * line's hash is SHA-256 over the hash before it and the line's text, which has the hash of its content in it; the hash
 * before the first line is that of {@code tollgate}. Used by one thread.
 */
public final class ChainWalk {
    private final MessageDigest sha256 = newSha256();
    private long lines;
    private long erased;
    private byte[] previous = sha256.digest("tollgate".getBytes(StandardCharsets.UTF_8));
    private @Nullable AuditVerdict broken;

    /**
     * A line as the database has it.
     *
     * @param text what is hashed of it
     * @param content what its content hash was made of, unless that is erased
     */
    public record Link(
            long seq,
            byte[] previousHash,
            byte[] hash,
            byte[] contentHash,
            byte[] text,
            byte[] content,
            boolean isErased) {}

    /** Takes the next line. */
    public void next(Link link) {
        if (broken != null) {
            return;
        }
        String wrong = wrong(link);
        if (wrong != null) {
            broken = verdict(lines + 1, wrong);
            return;
        }
        lines++;
        erased += link.isErased ? 1 : 0;
        previous = link.hash;
    }

    public boolean isBroken() {
        return broken != null;
    }

    /** The verdict, at the end that the chain is said to have. */
    public AuditVerdict end(long seq, byte[] hash) {
        if (broken != null) {
            return broken;
        }
        if (seq != lines || !Arrays.equals(hash, previous)) {
            return verdict(lines + 1, "the chain ends before line " + seq + ", which was its last");
        }
        return verdict(null, null);
    }

    /** The verdict over a chain that is broken elsewhere than in its lines. */
    public AuditVerdict broken(String reason) {
        return broken != null ? broken : verdict(lines + 1, reason);
    }

    private @Nullable String wrong(Link link) {
        if (link.seq != lines + 1) {
            return "line " + (lines + 1) + " is missing";
        }
        if (!Arrays.equals(link.previousHash, previous)) {
            return "it does not follow the line before it";
        }
        if (!link.isErased && !Arrays.equals(sha256.digest(link.content), link.contentHash)) {
            return "its before or after was changed";
        }
        sha256.update(link.previousHash);
        return Arrays.equals(sha256.digest(link.text), link.hash) ? null : "it was changed";
    }

    private AuditVerdict verdict(@Nullable Long brokenAt, @Nullable String reason) {
        return new AuditVerdict(lines, erased, brokenAt, reason, HexFormat.of().formatHex(previous));
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
