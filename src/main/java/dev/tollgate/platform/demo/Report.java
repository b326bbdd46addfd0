package dev.tollgate.platform.demo;

import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.KeyUsage;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What the demo says, for people: figures aligned, with their units. */
final class Report {
    private static final String PROGRESS = "  %6s  %9s  %9s  %8s  %10s  %12s  %12s%n";
    private static final long NANOS_PER_MICRODOLLAR = 1_000;
    private static final long MICRODOLLARS_PER_DOLLAR = 1_000_000;

    private Report() {}

    static String beginning(int organizations) {
        return "Demo: %d organizations call models for %d seconds, about ten times a second.%n%n"
                        .formatted(organizations, Minute.SECONDS)
                + PROGRESS.formatted("time", "requests", "streamed", "failed", "cancelled", "tokens", "dollars");
    }

    static String progress(long seconds, Tally all) {
        return PROGRESS.formatted(
                seconds + " s",
                count(all.requests()),
                count(all.streams()),
                count(all.failed()),
                count(all.cancelled()),
                count(all.tokens()),
                dollars(all.cost()));
    }

    /** What the ledger has, and where more can be seen. */
    static String end(List<Participant> participants, Places places) {
        Participant first = participants.getFirst();
        return """

                In the ledger, by organization (tokens in include cached ones; dollars are rounded here, not there):

                %s
                By model:

                %s
                %s
                See for yourself:

                  What %s spent
                    curl %s/usage -H "Authorization: Bearer %s"
                  The newest entries, of everybody
                    . %s; curl "%s/admin/v1/ledger?limit=10" -H "Authorization: Bearer $TOLLGATE_ADMIN_TOKEN"
                  The figures that Prometheus reads
                    curl -s %s/metrics | grep ^tollgate

                Tollgate goes on serving; Ctrl-C stops it.
                """.formatted(
                        byOrganization(participants),
                        byModel(participants),
                        completeness(participants),
                        first.organization().name(),
                        places.baseUrl(),
                        first.key().reveal(),
                        places.secretsFile(),
                        places.adminUrl(),
                        places.adminUrl());
    }

    static String byOrganization(List<Participant> participants) {
        Table table = new Table(
                "organization",
                "requests",
                "streamed",
                "failed",
                "cancelled",
                "tokens in",
                "cached",
                "tokens out",
                "dollars");
        Tally seen = new Tally();
        for (Participant participant : participants) {
            seen.add(participant.seen());
            String name = participant.organization().name();
            row(table, participant.seen(), Booked.sum(name, participant.booked().lines()));
        }
        row(table, seen, Booked.sum("all", Booked.byModel(bookings(participants))));
        return table.text();
    }

    static String byModel(List<Participant> participants) {
        Table table = new Table("model", "requests", "tokens in", "cached", "tokens out", "dollars");
        Collection<KeyUsage.Line> lines = Booked.byModel(bookings(participants));
        lines.forEach(line -> row(table, line));
        row(table, Booked.sum("all", lines));
        return table.text();
    }

    /** Whether the ledger holds what it promises: one entry for each request. */
    static String completeness(List<Participant> participants) {
        long sent =
                participants.stream().mapToLong(each -> each.seen().requests()).sum();
        long booked =
                participants.stream().mapToLong(Participant::bookedRequests).sum();
        return booked == sent
                ? "%s requests were sent, and the ledger has one entry for each.%n".formatted(count(sent))
                : "%s requests were sent; the ledger has %s entries for them.%n".formatted(count(sent), count(booked));
    }

    private static List<KeyUsage> bookings(List<Participant> participants) {
        return participants.stream().map(Participant::booked).toList();
    }

    private static void row(Table table, Tally seen, KeyUsage.Line booked) {
        table.row(
                booked.model(),
                count(seen.requests()),
                count(seen.streams()),
                count(seen.failed()),
                count(seen.cancelled()),
                count(booked.inputTokens()),
                count(booked.cachedInputTokens()),
                count(booked.outputTokens()),
                dollars(booked.charge()));
    }

    private static void row(Table table, KeyUsage.Line line) {
        table.row(
                line.model(),
                count(line.requests()),
                count(line.inputTokens()),
                count(line.cachedInputTokens()),
                count(line.outputTokens()),
                dollars(line.charge()));
    }

    private static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Six decimals, rounded half up; the ledger has all nine. */
    static String dollars(Money money) {
        long micros = Math.floorDiv(money.nanos() + NANOS_PER_MICRODOLLAR / 2, NANOS_PER_MICRODOLLAR);
        return String.format(
                Locale.ROOT, "%,d.%06d", micros / MICRODOLLARS_PER_DOLLAR, micros % MICRODOLLARS_PER_DOLLAR);
    }
}
