package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.DemandBoard.Offer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How a limit is shared out among replicas. All that know the same come to the same result. */
final class Allotment {
    private Allotment() {}

    /**
     * The parts of one replica. A tenth of a rate is for all alike, so that whoever begins has something to begin with; the
     * rest goes by demand. Where that leaves parts over, who is nearest to another one gets it, by name among equals.
     *
     * @param own what it has said itself
     * @param others what others have said of the same bucket
     * @param reserve how many parts are for all alike
     */
    static long of(Offer own, List<Offer> others, long reserve) {
        List<Offer> all = new ArrayList<>(others);
        all.add(own);
        long each = reserve / all.size();
        long byDemand = own.of() - each * all.size();
        long demand = all.stream().mapToLong(Offer::demand).sum();
        if (demand == 0) {
            all.replaceAll(offer -> new Offer(offer.replica(), 1, offer.claim(), offer.of()));
            demand = all.size();
        }
        long total = demand;
        long whole =
                all.stream().mapToLong(offer -> parts(offer, byDemand, total)).sum();
        all.sort(Comparator.comparingLong((Offer offer) -> rest(offer, byDemand, total))
                .reversed()
                .thenComparing(Offer::replica));
        long parts = each;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).replica().equals(own.replica())) {
                parts += parts(all.get(i), byDemand, total) + (i < byDemand - whole ? 1 : 0);
            }
        }
        return parts;
    }

    private static long parts(Offer offer, long byDemand, long total) {
        return byDemand * offer.demand() / total;
    }

    private static long rest(Offer offer, long byDemand, long total) {
        return byDemand * offer.demand() % total;
    }
}
