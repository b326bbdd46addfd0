package dev.tollgate.admin.providers;

import dev.tollgate.kernel.Money;
import dev.tollgate.provider.AccountHealth;
import dev.tollgate.provider.AccountSpend;
import dev.tollgate.provider.Headroom;
import dev.tollgate.provider.health.HealthReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How an account does. */
@Schema(example = """
        {"account_id": "acc_3k9d7s1m5q2x", "provider": "openai", "origin": "database",
         "organization_id": "org_4fk2m9x0q7ab", "client_id": null, "state": "active", "reason": null,
         "status": {"state": "up", "since": "2026-11-20T03:12:44.012345Z", "reason": null,
                    "check": {"at": "2026-11-21T12:00:00.123456Z", "outcome": "success", "millis": 84},
                    "uptime": {"day": "1.000000", "week": "0.998214", "month": "0.999583"}},
         "health": {"attempts": {"success": 97, "rate_limited": 3}, "availability": "1.0000",
                    "availability_of_hour": "0.9984", "first_byte_millis_p50": 412, "first_byte_millis_p95": 1310,
                    "first_byte_millis_p99": 2101},
         "quota": {"observed_at": "2026-11-21T12:00:00.123456Z", "tokens": null,
                   "requests": {"limit": 10000, "remaining": 9996, "resets_at": "2026-11-21T12:00:06Z"}},
         "spend": {"since": "2026-11-01T00:00:00Z", "currency": "USD", "requests": 1204, "platform_cost": "0",
                   "customer_cost": "3.12", "charge": "3.12"}}
        """)
public record ProviderView(
        String accountId,
        String provider,

        @Schema(enumeration = {"database", "environment", "simulated"})
        String origin,

        @Nullable String organizationId,
        @Nullable String clientId,

        @Schema(
                description = "`failing` where it is enabled and can't be used.",
                enumeration = {"active", "disabled", "failing"})
        String state,

        @Nullable String reason,

        @Schema(
                description =
                        "How it stands, as all replicas know it; null where it was never checked, such as with checks off.")
        @Nullable
        StatusView status,

        @Schema(description = "Of requests of the last five minutes, as the replica that answers saw it.")
        HealthView health,

        @Schema(
                description =
                        "What the provider said was left in its last answer to this replica; null where it didn't.")
        @Nullable
        QuotaView quota,

        SpendView spend) {

    /** How it stands. */
    public record StatusView(
            @Schema(
                    description = "`degraded` where it answers, but not always, `down` where it doesn't.",
                    enumeration = {"up", "degraded", "down"})
            String state,

            Instant since,
            @Nullable String reason,

            @Schema(description = "The latest, apart from any request; null where there was none yet.") @Nullable
            Checked check,

            UptimeView uptime) {
        /** A check. */
        public record Checked(
                Instant at,

                @Schema(description = "As `attempts` are told apart.")
                String outcome,

                int millis) {}

        /** Parts of the time. */
        @Schema(
                description =
                        "The part of the last 24 hours, 7 days and 30 days in which it was not down, or of the time"
                                + " since it is known.")
        public record UptimeView(
                @Nullable String day,
                @Nullable String week,
                @Nullable String month) {}

        static @Nullable StatusView of(@Nullable HealthReport report) {
            if (report == null) {
                return null;
            }
            HealthReport.Check check = report.check();
            return new StatusView(
                    report.state().label(),
                    report.since(),
                    report.reason(),
                    check == null ? null : new Checked(check.at(), check.outcome(), check.millis()),
                    new UptimeView(
                            part(report.uptime().day(), 6),
                            part(report.uptime().week(), 6),
                            part(report.uptime().month(), 6)));
        }
    }

    /** How it has answered. */
    public record HealthView(
            @Schema(
                    description = "By what they came to: success, rejected, authentication, rate_limited, server_error,"
                            + " timeout, unreachable.")
            Map<String, Integer> attempts,

            @Schema(description = "The part that the provider is not to blame for; null where there were none.")
            @Nullable
            String availability,

            @Schema(description = "The same of the last hour.") @Nullable
            String availabilityOfHour,

            @Schema(description = "Rounded up by a sixteenth at most.") @Nullable
            Long firstByteMillisP50,

            @Nullable Long firstByteMillisP95,
            @Nullable Long firstByteMillisP99) {
        static HealthView of(AccountHealth.Look look) {
            Map<String, Integer> attempts = new TreeMap<>();
            look.attempts().forEach((each, count) -> attempts.put(each.label(), count));
            return new HealthView(
                    attempts,
                    part(look.availability(), 4),
                    part(look.availabilityOfHour(), 4),
                    millis(look.p50Micros()),
                    millis(look.p95Micros()),
                    millis(look.p99Micros()));
        }

        private static @Nullable Long millis(@Nullable Long micros) {
            return micros == null ? null : micros / 1_000;
        }
    }

    /** What is left of its limits at the provider. */
    public record QuotaView(
            Instant observedAt,
            @Nullable Left requests,
            @Nullable Left tokens) {
        /** Of one limit. */
        public record Left(
                long limit, long remaining, @Nullable Instant resetsAt) {
            static @Nullable Left of(Headroom.@Nullable Quota quota) {
                return quota == null ? null : new Left(quota.limit(), quota.remaining(), quota.resetsAt());
            }
        }

        static @Nullable QuotaView of(@Nullable Headroom headroom) {
            return headroom == null
                    ? null
                    : new QuotaView(headroom.observedAt(), Left.of(headroom.requests()), Left.of(headroom.tokens()));
        }
    }

    /** What requests over it have cost. */
    public record SpendView(
            @Schema(description = "The beginning of this month, in UTC.")
            Instant since,

            String currency,
            long requests,

            @Schema(description = "What the platform pays the provider; nothing over accounts of customers.")
            Money platformCost,

            @Schema(description = "What customers pay the provider themselves.")
            Money customerCost,

            @Schema(description = "What organizations pay the platform.")
            Money charge) {
        static SpendView of(AccountSpend spend, Instant since) {
            return new SpendView(
                    since, "USD", spend.requests(), spend.platformCost(), spend.customerCost(), spend.charge());
        }
    }

    /** A part of a whole, as a decimal that is not rounded up to 1. */
    private static @Nullable String part(@Nullable Double of, int decimals) {
        return of == null
                ? null
                : BigDecimal.valueOf(of).setScale(decimals, RoundingMode.DOWN).toPlainString();
    }

    static ProviderView of(
            AccountView account,
            @Nullable HealthReport report,
            AccountHealth.Look look,
            AccountSpend spend,
            Instant since) {
        return new ProviderView(
                account.id(),
                account.provider(),
                account.origin(),
                account.organizationId(),
                account.clientId(),
                !account.enabled() ? "disabled" : account.problem() != null ? "failing" : "active",
                account.enabled() ? account.problem() : account.disabledReason(),
                StatusView.of(report),
                HealthView.of(look),
                QuotaView.of(look.headroom()),
                SpendView.of(spend, since));
    }
}
