package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Traits;
import dev.tollgate.routing.when.Modality;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
import dev.tollgate.routing.when.Urgency;
import dev.tollgate.settings.RoutingPreferences;
import dev.tollgate.settings.Setting;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.openai.Operation;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Says what routes look at of an exchange. */
final class RouteTraits {
    private static final int DIFFICULTY_MAX = 100;

    private RouteTraits() {}

    static RequestTraits of(Exchange exchange, IntSupplier budgetLeft) {
        Traits traits = exchange.governed().traits();
        RequestFacts facts = exchange.body().facts();
        return new RequestTraits(
                traits.organizationId(),
                traits.tier(),
                traits.feature(),
                traits.tags(),
                Instant.ofEpochMilli(exchange.id().epochMillis()),
                facts.textBytes(),
                modalities(exchange.path().operation(), facts),
                facts.tools(),
                urgency(exchange.header("x-tollgate-urgency")),
                difficulty(exchange.header("x-tollgate-difficulty")),
                budgetLeft,
                prefers(exchange.settings().get(Setting.ROUTING)),
                session(exchange, traits));
    }

    private static Set<Modality> modalities(Operation operation, RequestFacts facts) {
        Work work = facts.work();
        Set<Modality> modalities = EnumSet.noneOf(Modality.class);
        if (work.images() > 0) {
            modalities.add(Modality.IMAGE);
        }
        if (work.soundBytes() > 0 || operation == Operation.TRANSCRIPTION) {
            modalities.add(Modality.AUDIO);
        }
        if (!facts.references().isEmpty() || (modalities.isEmpty() && work.mediaBytes() > 0)) {
            modalities.add(Modality.FILE);
        }
        return modalities.isEmpty() ? EnumSet.of(Modality.TEXT) : modalities;
    }

    private static @Nullable Preference prefers(@Nullable RoutingPreferences set) {
        return Preference.of(set == null ? null : set.prefer());
    }

    private static Urgency urgency(@Nullable String header) {
        if (header == null) {
            return Urgency.NORMAL;
        }
        try {
            return Urgency.valueOf(header.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw invalid("x-tollgate-urgency", "low, normal or high");
        }
    }

    /** 0 to 100, or -1 where nobody says. */
    static int difficulty(@Nullable String header) {
        if (header == null) {
            return -1;
        }
        try {
            int difficulty = Integer.parseInt(header.strip());
            if (difficulty >= 0 && difficulty <= DIFFICULTY_MAX) {
                return difficulty;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw invalid("x-tollgate-difficulty", "a whole number, 0 to " + DIFFICULTY_MAX);
    }

    private static Problem invalid(String header, String expected) {
        return new Problem(ProblemCode.INVALID_VALUE, header + ": expected: " + expected, header);
    }

    /** What the caller calls the session, else the end user. */
    private static @Nullable String session(Exchange exchange, Traits traits) {
        String session = exchange.header("x-tollgate-session");
        return session == null ? traits.endUser() : session;
    }
}
