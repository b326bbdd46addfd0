package dev.tollgate.platform.demo;

import dev.tollgate.ledger.KeyUsage;
import dev.tollgate.tenancy.ApiKey;
import java.util.List;

/** An organization that takes part, what its callers saw, and what the ledger has of them. Used by one thread. */
final class Participant {
    private final Organization organization;
    private final ApiKey key;
    private final Tally seen = new Tally();
    private KeyUsage booked = new KeyUsage(List.of());

    Participant(Organization organization, ApiKey key) {
        this.organization = organization;
        this.key = key;
    }

    Organization organization() {
        return organization;
    }

    ApiKey key() {
        return key;
    }

    Tally seen() {
        return seen;
    }

    KeyUsage booked() {
        return booked;
    }

    void booked(KeyUsage latest) {
        booked = latest;
    }

    /** Requests that the ledger has. */
    long bookedRequests() {
        return booked.lines().stream().mapToLong(KeyUsage.Line::requests).sum();
    }

    boolean isBookedWhole() {
        return bookedRequests() >= seen.requests();
    }
}
