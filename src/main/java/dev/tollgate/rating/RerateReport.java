package dev.tollgate.rating;

import dev.tollgate.kernel.Money;
import dev.tollgate.rating.Rerating.Result;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What pricing requests again comes to, added up. Used by one thread. */
public final class RerateReport {
    /** Differences of one organization with one model. */
    public record Line(long entries, Money providerCost, Money charge) {
        private static final Line NONE = new Line(0, Money.ZERO, Money.ZERO);

        Line plus(Money moreCost, Money moreCharge) {
            return new Line(entries + 1, providerCost.plus(moreCost), charge.plus(moreCharge));
        }
    }

    /** Whose a line is. */
    public record Place(String organizationId, String model) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byOrganization = organizationId.compareTo(other.organizationId);
            return byOrganization != 0 ? byOrganization : model.compareTo(other.model);
        }
    }

    private final TreeMap<Place, Line> lines = new TreeMap<>();
    private final TreeMap<String, Long> skipped = new TreeMap<>();
    private final TreeMap<String, Long> versions = new TreeMap<>();
    private Line total = Line.NONE;
    private long unchanged;

    /** Adds a result. */
    public void add(Result result) {
        switch (result) {
            case Result.NotMeant _ -> {}
            case Result.Unchanged _ -> unchanged++;
            case Result.Skipped(String why) -> skipped.merge(why, 1L, Long::sum);
            case Result.Adjusted adjusted -> {
                lines.merge(
                        new Place(adjusted.organizationId(), adjusted.model()),
                        Line.NONE.plus(adjusted.providerCost(), adjusted.charge()),
                        (line, _) -> line.plus(adjusted.providerCost(), adjusted.charge()));
                versions.merge(adjusted.entry().getString("price_version"), 1L, Long::sum);
                total = total.plus(adjusted.providerCost(), adjusted.charge());
            }
        }
    }

    /** Adds what an entry can't be understood for. */
    public void skip(String why) {
        skipped.merge(why, 1L, Long::sum);
    }

    public Map<Place, Line> lines() {
        return lines;
    }

    public Line total() {
        return total;
    }

    public long unchanged() {
        return unchanged;
    }

    /** How many were skipped, by why. */
    public Map<String, Long> skipped() {
        return skipped;
    }

    /** Stands for what was asked and what came of it, so that what is carried out is what was looked at. */
    public String token(RerateRequest request) {
        String text = String.join(
                "\n",
                request.provider(),
                request.models().toString(),
                String.valueOf(request.organizationId()),
                request.from().toString(),
                request.to().toString(),
                lines.toString(),
                versions.toString());
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "rerate_" + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
