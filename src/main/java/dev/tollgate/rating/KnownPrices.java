package dev.tollgate.rating;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceVersion;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.PricesInForce.DatedTerms;
import dev.tollgate.pricing.TermsReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Every version that the database has, as far as it was read, and brings it into force. What a newer Tollgate wrote that
 * this one does not understand is reported and left out. Used by one thread at a time.
 */
public final class KnownPrices {
    private static final Logger LOG = Logger.getLogger(KnownPrices.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final PricesInForce prices;
    private final Map<String, TreeMap<Integer, PriceVersion>> versionsByModel = new TreeMap<>();
    private final Map<String, TreeMap<Integer, DatedTerms>> termsByOrganization = new HashMap<>();

    public KnownPrices(PricesInForce prices) {
        this.prices = prices;
    }

    /** Takes versions in; those of a number that is known replace it. */
    public void take(Collection<PriceRecord> newPrices, Collection<TermsRecord> newTerms) {
        newPrices.forEach(this::take);
        if (!newPrices.isEmpty()) {
            List<PriceVersion> all = new ArrayList<>();
            versionsByModel.values().forEach(versions -> all.addAll(versions.values()));
            prices.replaceVersions(all);
        }
        Set<String> changed = new HashSet<>();
        for (TermsRecord record : newTerms) {
            take(record);
            changed.add(record.organizationId());
        }
        for (String organizationId : changed) {
            prices.replaceTerms(
                    organizationId, List.copyOf(terms(organizationId).values()));
        }
    }

    /** The organizations that have ever had terms with steps by volume. */
    public Set<String> organizationsWithSteps() {
        Set<String> organizations = new HashSet<>();
        termsByOrganization.forEach((organizationId, versions) -> {
            if (versions.values().stream().anyMatch(dated -> dated.terms().hasSteps())) {
                organizations.add(organizationId);
            }
        });
        return organizations;
    }

    private void take(PriceRecord record) {
        NewPrice added = record.added();
        TreeMap<Integer, PriceVersion> versions =
                versionsByModel.computeIfAbsent(added.provider() + '\0' + added.model(), _ -> new TreeMap<>());
        PriceVersion version = record.withdrawnAt() == null ? version(record) : null;
        if (version == null) {
            versions.remove(record.number());
        } else {
            versions.put(record.number(), version);
        }
    }

    private static @Nullable PriceVersion version(PriceRecord record) {
        NewPrice added = record.added();
        try {
            return new PriceVersion(
                    added.provider(),
                    record.number(),
                    added.effectiveFrom(),
                    added.effectiveTo(),
                    ModelPriceReader.read("price", added.provider(), record.id(), tree(added.price())));
        } catch (IllegalArgumentException e) {
            LOG.errorf("The price %s is not understood and not in force: %s", record.id(), e.getMessage());
            return null;
        }
    }

    private void take(TermsRecord record) {
        try {
            terms(record.organizationId())
                    .put(
                            record.number(),
                            new DatedTerms(
                                    record.effectiveFrom(), TermsReader.read(record.id(), tree(record.terms()))));
        } catch (IllegalArgumentException e) {
            LOG.errorf(
                    "%s of %s are not understood and not in force: %s",
                    record.id(), record.organizationId(), e.getMessage());
        }
    }

    private TreeMap<Integer, DatedTerms> terms(String organizationId) {
        return termsByOrganization.computeIfAbsent(organizationId, _ -> new TreeMap<>());
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
