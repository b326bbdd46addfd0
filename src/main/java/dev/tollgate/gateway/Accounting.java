package dev.tollgate.gateway;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry.CostRecord;
import dev.tollgate.pricing.Cost;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.ReplyReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says what a request consumed and what that costs. The provider's own report is believed where it can be true; where
 * there is none, tokens are estimated from the text that went by, and the record says so.
 */
public final class Accounting {
    /** Text that is not counted by a tokenizer is taken at four bytes a token, the common rule of thumb. */
    private static final long BYTES_PER_TOKEN = 4;

    private final Accounts accounts;
    private final boolean callersPayLost;

    /** @param callersPayLost whether callers are charged for attempts that came to nothing by the provider's fault */
    public Accounting(Accounts accounts, boolean callersPayLost) {
        this.accounts = accounts;
        this.callersPayLost = callersPayLost;
    }

    /** A request's usage and its cost, and what is unusual about them. */
    public record Account(Usage usage, CostRecord cost, List<String> flags) {
        static final Account NOTHING = new Account(Usage.NONE, CostRecord.NONE, List.of());

        /** The same of an answer a part of which was known. */
        Account saving(Money saved) {
            return new Account(
                    usage,
                    new CostRecord(
                            cost.providerCost(),
                            cost.charge(),
                            cost.baseline().plus(saved),
                            Map.of(Reuse.CACHE, saved),
                            cost.priceVersion(),
                            cost.estimated()),
                    flags);
        }
    }

    /** The account of an exchange that has ended. */
    public Account of(Exchange exchange) {
        Reuse reuse = exchange.reuseOrNull();
        if (reuse != null) {
            return reused(reuse);
        }
        Account account = mayBeCharged(exchange.attempt()) ? charged(exchange) : Account.NOTHING;
        Money besides = exchange.savedBesides();
        return besides.equals(Money.ZERO) ? account : account.saving(besides);
    }

    /** What another request has paid for already. */
    private static Account reused(Reuse reuse) {
        Money saved = reuse.saved();
        Map<String, Money> savings = saved.equals(Money.ZERO) ? Map.of() : Map.of(reuse.cause(), saved);
        CostRecord cost = new CostRecord(
                Money.ZERO, Money.ZERO, saved, savings, /* priceVersion= */ null, /* estimated= */ false);
        return new Account(Usage.NONE, cost, List.of());
    }

    /**
     * The account of an attempt that came to nothing by the provider's fault. What it may have cost is the account's owner's
     * to pay, who has chosen the provider.
     */
    public Account ofLost(Exchange exchange) {
        Account account = of(exchange);
        CostRecord cost = account.cost();
        return callersPayLost || cost == CostRecord.NONE
                ? account
                : new Account(
                        account.usage(),
                        new CostRecord(
                                cost.providerCost(),
                                Money.ZERO,
                                Money.ZERO,
                                Map.of(),
                                cost.priceVersion(),
                                cost.estimated()),
                        account.flags());
    }

    /** The account of an exchange that is under way, as if it broke off now. */
    public Account soFar(Exchange exchange) {
        int status = exchange.attempt().status;
        return status == 0 || status / 100 == 2 ? charged(exchange) : Account.NOTHING;
    }

    private Account charged(Exchange exchange) {
        Candidate candidate = exchange.candidateOrNull();
        Exchange.Attempt attempt = exchange.attempt();
        if (candidate == null || candidate.price() == null || !attempt.wasSent()) {
            return Account.NOTHING;
        }
        List<String> flags = new ArrayList<>(0);
        ReportedUsage reported = attempt.reply.usage();
        Usage usage;
        boolean estimated;
        if (reported != null && reported.trusted()) {
            usage = reported(exchange.path().operation(), reported.usage());
            estimated = false;
        } else {
            usage = estimate(exchange);
            estimated = !isCountedByRequest(exchange);
            if (reported != null) {
                flags.add("untrusted_usage");
            }
        }
        Tariff tariff = tariff(exchange, candidate);
        if (tariff == null) {
            return Account.NOTHING;
        }
        ServiceTier tier = tierServed(exchange);
        Cost cost = tariff.providerCost(usage, tier);
        Cost charge = tariff.isAtCost() ? cost : tariff.charge(usage, tier);
        if (cost.saturated() || charge.saturated()) {
            flags.add("saturated");
        }
        if (!cost.unpriced().isEmpty() || !charge.unpriced().isEmpty()) {
            flags.add("unpriced_meter");
        }
        return new Account(
                usage,
                new CostRecord(cost.money(), charge.money(), charge.money(), Map.of(), tariff.version(), estimated),
                flags);
    }

    /** What the organization pays for a usage that a stream has just reported. */
    public Money chargeOf(Exchange exchange, ReportedUsage usage) {
        Tariff tariff = tariff(exchange, exchange.candidate());
        return tariff == null
                ? Money.ZERO
                : tariff.charge(reported(exchange.path().operation(), usage.usage()), tierServed(exchange))
                        .money();
    }

    /** By the price that held when the request began. */
    private @Nullable Tariff tariff(Exchange exchange, Candidate candidate) {
        return accounts.tariff(
                exchange.caller().organizationId(),
                candidate,
                exchange.attempt().reply.model(),
                exchange.id().epochMillis());
    }

    /** What comes out of some operations is of one kind, which their usage doesn't say. */
    private static Usage reported(Operation operation, Usage usage) {
        return switch (operation) {
            case IMAGE -> usage.moved(Meter.OUTPUT, Meter.IMAGE_OUTPUT);
            case SPEECH -> usage.moved(Meter.OUTPUT, Meter.AUDIO_OUTPUT);
            default -> usage;
        };
    }

    /** An answer with an error is free; one that began or was never seen may not be. */
    private static boolean mayBeCharged(Exchange.Attempt attempt) {
        return attempt.status == 0 ? attempt.cutOff : attempt.status / 100 == 2;
    }

    private static ServiceTier tierServed(Exchange exchange) {
        String served = exchange.attempt().reply.serviceTier();
        RequestFacts facts = exchange.body().facts();
        return ServiceTier.ofWire(served != null ? served : facts.serviceTier());
    }

    /** Some work is billed by what was asked for, so that the request alone says what it costs. */
    private static boolean isCountedByRequest(Exchange exchange) {
        Candidate candidate = exchange.candidate();
        return switch (exchange.path().operation()) {
            case SPEECH -> isPriced(candidate.price(), Meter.CHARACTER);
            case IMAGE -> isPriced(candidate.price(), Meter.IMAGE);
            case MODERATION -> true;
            default -> false;
        };
    }

    private static boolean isPriced(@Nullable ModelPrice price, Meter meter) {
        return price != null
                && price.rates(ServiceTier.STANDARD, 0).price(meter).isPresent();
    }

    private static Usage estimate(Exchange exchange) {
        RequestFacts facts = exchange.body().facts();
        ReplyReader reply = exchange.attempt().reply;
        Operation operation = exchange.path().operation();
        Usage.Builder usage = Usage.builder();
        if (operation == Operation.SPEECH && isCountedByRequest(exchange)) {
            return usage.set(Meter.CHARACTER, facts.textCharacters()).build();
        }
        if (operation == Operation.IMAGE && isCountedByRequest(exchange)) {
            return usage.set(Meter.IMAGE, facts.choices()).build();
        }
        usage.set(Meter.INPUT, tokens(facts.textBytes()));
        if (operation == Operation.SPEECH) {
            // About 15 characters a second are spoken, and a second is about 21 tokens of audio.
            usage.set(Meter.AUDIO_OUTPUT, facts.textCharacters() * 7 / 5 + 1);
        } else {
            usage.set(Meter.OUTPUT, Math.max(reply.textPieces(), tokens(reply.textBytes())));
        }
        return usage.build();
    }

    private static long tokens(long bytes) {
        return Math.ceilDiv(bytes, BYTES_PER_TOKEN);
    }
}
