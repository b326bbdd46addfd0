package dev.tollgate.limits.rate.redis;

import dev.tollgate.limits.rate.Bucket;
import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Concurrency;
import dev.tollgate.limits.rate.Decision;
import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import dev.tollgate.limits.rate.Pace;
import dev.tollgate.limits.rate.Permit;
import dev.tollgate.limits.rate.Rate;
import dev.tollgate.limits.rate.RateStore;
import dev.tollgate.limits.rate.Standing;
import dev.tollgate.limits.rate.Timer;
import dev.tollgate.limits.rate.redis.Leases.Lease;
import dev.tollgate.net.redis.Link;
import io.vertx.core.Future;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Buckets in Redis 6.2 or later, shared by all replicas over it. One script charges all buckets of a request, by the
 * clock of Redis. Slots are leases, which a replica renews as long as it lives. Fails where Redis does; see {@code
 * Failover}.
 */
public final class RedisRates implements RateStore {
    static final long RETRY_AFTER_MILLIS = 1_000;

    private static final String ARGUMENTS_UNUSED = "0";
    private static final String BINDS = "1";
    private static final String ADVISES = "0";

    private final Script acquire = new Script("rate-acquire.lua");
    private final Script correct = new Script("rate-correct.lua");
    private final Script renew = new Script("rate-renew.lua");
    private final Script release = new Script("rate-release.lua");
    private final Link link;
    private final String replica;
    private final RedisSettings settings;
    private final Timer timer;
    private final LongSupplier shiftMicros;
    private final Leases leases = new Leases();
    private final AtomicLong requests = new AtomicLong();
    private volatile boolean renewing;
    private volatile boolean closed;

    /** @param replica a name that no other process has, nor this one after a restart */
    public RedisRates(Redis redis, String replica, RedisSettings settings, Timer timer) {
        this(redis, replica, settings, timer, () -> 0);
    }

    /** @param shiftMicros what is added to Redis's clock */
    RedisRates(Redis redis, String replica, RedisSettings settings, Timer timer, LongSupplier shiftMicros) {
        this.link = new Link(redis);
        this.replica = replica;
        this.settings = settings;
        this.timer = timer;
        this.shiftMicros = shiftMicros;
        renewLater();
    }

    @Override
    public Future<Decision> tryAcquire(List<Charge> charges) {
        String member = nextMember();
        List<String> keys = new ArrayList<>(charges.size());
        List<String> arguments = arguments();
        arguments.add(Long.toString(settings.leaseMillis()));
        arguments.add(member);
        for (Charge charge : charges) {
            keys.add(key(charge.bucket()));
            describe(charge, arguments);
        }
        return acquire.run(link, keys, arguments).map(answer -> decision(charges, member, answer));
    }

    /** They are in Redis when this replica renews its slots the next time, at which it is tried whether Redis is there. */
    @Override
    public Permit note(List<Charge> charges) {
        RedisPermit permit = new RedisPermit(this, charges, 0);
        String member = nextMember();
        charges.forEach(charge -> hold(charge, member, permit));
        return permit;
    }

    private void hold(Charge charge, String member, RedisPermit permit) {
        if (charge.bucket().kind() instanceof Concurrency && charge.cost() > 0) {
            Lease lease = new Lease(key(charge.bucket()), member, charge.cost());
            leases.add(lease);
            permit.holds(lease);
        }
    }

    private String nextMember() {
        return replica + ":" + Long.toString(requests.getAndIncrement(), Character.MAX_RADIX);
    }

    /** How many leases requests of this replica hold: one for each bucket that they have slots of. */
    public int leases() {
        return leases.size();
    }

    /** Renews nothing any more; what requests still hold comes back when its lease is over. */
    public void close() {
        closed = true;
        link.close();
    }

    String key(Bucket bucket) {
        return settings.prefix() + bucket.key();
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add(Long.toString(shiftMicros.getAsLong()));
        return arguments;
    }

    private static void describe(Charge charge, List<String> arguments) {
        switch (charge.bucket().kind()) {
            case Rate rate -> {
                Pace pace = Pace.of(rate);
                arguments.add("rate");
                arguments.add(charge.binds() ? BINDS : ADVISES);
                arguments.add(Long.toString(charge.cost()));
                arguments.add(Long.toString(pace.emissionNanos()));
                arguments.add(Long.toString(pace.toleranceNanos()));
                arguments.add(Long.toString(rate.burst()));
            }
            case Concurrency slots -> {
                arguments.add("slots");
                arguments.add(charge.binds() ? BINDS : ADVISES);
                arguments.add(Long.toString(charge.cost()));
                arguments.add(Integer.toString(slots.max()));
                arguments.add(ARGUMENTS_UNUSED);
                arguments.add(ARGUMENTS_UNUSED);
            }
        }
    }

    private Decision decision(List<Charge> charges, String member, Response answer) {
        if (number(answer, 0) == 0) {
            int index = (int) number(answer, 1);
            Reason reason = switch ((int) number(answer, 2)) {
                case 1 -> Reason.RATE;
                case 2 -> Reason.CONCURRENCY;
                default -> Reason.LARGER_THAN_LIMIT;
            };
            long retryAfterMillis = reason == Reason.CONCURRENCY ? RETRY_AFTER_MILLIS : Pace.millis(number(answer, 3));
            return new Refused(index, reason, retryAfterMillis, standing(charges.get(index), number(answer, 4)));
        }
        List<Standing> standings = new ArrayList<>(charges.size());
        List<Integer> beyond = new ArrayList<>(0);
        RedisPermit permit = new RedisPermit(this, charges, number(answer, 1));
        for (int i = 0; i < charges.size(); i++) {
            Charge charge = charges.get(i);
            long level = number(answer, 2 + 3 * i);
            standings.add(standing(charge, level));
            if (number(answer, 4 + 3 * i) == 1) {
                beyond.add(i);
                permit.leftOut(i);
            } else {
                permit.charged(i, level, number(answer, 3 + 3 * i));
                hold(charge, member, permit);
            }
        }
        return new Admitted(permit, standings, beyond);
    }

    private static Standing standing(Charge charge, long level) {
        return switch (charge.bucket().kind()) {
            case Rate rate -> Pace.of(rate).standing(level);
            case Concurrency slots -> new Standing(slots.max(), Math.max(0, slots.max() - level), 0);
        };
    }

    private static long number(Response answer, int index) {
        return Objects.requireNonNull(answer.get(index).toLong());
    }

    /** What cannot be corrected because Redis is away stays as it was estimated. */
    void correct(Bucket bucket, Rate rate, long more, long thenMicros, long thenLevel, long thenGiven) {
        Pace pace = Pace.of(rate);
        List<String> arguments = arguments();
        arguments.add(Long.toString(more));
        arguments.add(Long.toString(pace.emissionNanos()));
        arguments.add(Long.toString(pace.toleranceNanos()));
        arguments.add(Long.toString(thenMicros));
        arguments.add(Long.toString(thenLevel));
        arguments.add(Long.toString(thenGiven));
        correct.run(link, List.of(key(bucket)), arguments).onComplete(_ -> {});
    }

    /** What cannot be given back because Redis is away is renewed no more, and free when its lease is over. */
    void release(List<Lease> held) {
        held.forEach(leases::remove);
        List<String> arguments = arguments();
        arguments.add(held.getFirst().member());
        held.forEach(lease -> arguments.add(Long.toString(lease.slots())));
        release.run(link, held.stream().map(Lease::key).toList(), arguments).onComplete(_ -> {});
    }

    private void renewLater() {
        timer.in(settings.renewMillis(), this::renew);
    }

    private void renew() {
        if (closed) {
            return;
        }
        renewLater();
        if (!renewing) {
            renewing = true;
            Future.join(leases.parts().stream().map(this::renew).toList()).onComplete(_ -> renewing = false);
        }
    }

    private Future<Response> renew(List<Lease> part) {
        List<String> arguments = arguments();
        arguments.add(Long.toString(settings.leaseMillis()));
        for (Lease lease : part) {
            arguments.add(lease.member());
            arguments.add(Long.toString(lease.slots()));
        }
        return renew.run(link, part.stream().map(Lease::key).toList(), arguments);
    }
}
