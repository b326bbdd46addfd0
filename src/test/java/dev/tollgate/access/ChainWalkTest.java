package dev.tollgate.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.ChainWalk.Link;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChainWalkTest {
    private static final byte[] NO_CONTENT = sha256("another".getBytes(UTF_8));

    private final List<Link> chain = chain(5);
    private final ChainWalk walk = new ChainWalk();

    @Test
    void an_empty_chain_is_intact() {
        AuditVerdict verdict = walk.end(0, sha256("tollgate".getBytes(UTF_8)));

        assertThat(verdict.brokenAt()).isNull();
        assertThat(verdict.lines()).isZero();
    }

    @Test
    void a_chain_is_intact_to_its_end() {
        AuditVerdict verdict = walk(chain);

        assertThat(verdict.brokenAt()).isNull();
        assertThat(verdict.lines()).isEqualTo(5);
        assertThat(verdict.headHash())
                .isEqualTo(java.util.HexFormat.of().formatHex(chain.get(4).hash()));
    }

    @Test
    void erased_content_is_counted_and_not_compared() {
        chain.set(2, with(chain.get(2), NO_CONTENT, true));

        assertThat(walk(chain))
                .extracting(AuditVerdict::brokenAt, AuditVerdict::erased)
                .containsExactly(null, 1L);
    }

    @Test
    void changed_content_shows() {
        chain.set(2, with(chain.get(2), NO_CONTENT, false));

        assertThat(walk(chain))
                .extracting(AuditVerdict::brokenAt, AuditVerdict::lines)
                .containsExactly(3L, 2L);
    }

    @Test
    void exchanged_lines_show() {
        Link third = chain.get(2);
        chain.set(2, chain.get(3));
        chain.set(3, third);

        assertThat(walk(chain).reason()).isEqualTo("line 3 is missing");
    }

    @Test
    void a_line_put_in_by_somebody_who_can_count_shows() {
        Link forged = link(3, sha256("forged".getBytes(UTF_8)));
        chain.set(2, forged);

        assertThat(walk(chain).reason()).isEqualTo("it does not follow the line before it");
    }

    @Test
    void an_end_that_was_cut_off_shows() {
        Link last = chain.removeLast();

        chain.forEach(walk::next);
        assertThat(walk.end(5, last.hash()).brokenAt()).isEqualTo(5);
    }

    @Test
    void only_the_first_break_is_told() {
        chain.remove(1);
        chain.remove(2);

        assertThat(walk(chain).reason()).isEqualTo("line 2 is missing");
        assertThat(walk.isBroken()).isTrue();
    }

    private AuditVerdict walk(List<Link> links) {
        links.forEach(walk::next);
        return walk.end(links.size(), links.getLast().hash());
    }

    private static List<Link> chain(int length) {
        List<Link> chain = new ArrayList<>();
        byte[] previous = sha256("tollgate".getBytes(UTF_8));
        for (int seq = 1; seq <= length; seq++) {
            chain.add(link(seq, previous));
            previous = chain.getLast().hash();
        }
        return chain;
    }

    private static Link link(long seq, byte[] previous) {
        byte[] content = ("content " + seq).getBytes(UTF_8);
        byte[] text = ("line " + seq).getBytes(UTF_8);
        return new Link(seq, previous, sha256(previous, text), sha256(content), text, content, false);
    }

    private static Link with(Link link, byte[] content, boolean erased) {
        return new Link(link.seq(), link.previousHash(), link.hash(), link.contentHash(), link.text(), content, erased);
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                sha256.update(part);
            }
            return sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
