package dev.tollgate.platform.demo;

import dev.tollgate.tenancy.pg.PgTenancy;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The course of the demo: makes the organizations, lets them call for a minute, and shows what the ledger has of it. It
 * runs on an event loop beside the gateway, which it only speaks to over HTTP.
 */
public final class Show extends AbstractVerticle {
    private static final long PROGRESS_MILLIS = 5_000;
    private static final long BOOKING_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 250;
    private static final int TRIES_MAX = 40;

    private final PgTenancy tenancy;
    private final Places places;
    private final Dice dice;
    private final LongSupplier nanoTime;
    private final Consumer<String> out;

    private final Map<Organization, Participant> participants = new LinkedHashMap<>();

    /** @param out takes text as it is to be shown */
    public Show(PgTenancy tenancy, Places places, RandomGenerator random, LongSupplier nanoTime, Consumer<String> out) {
        this.tenancy = tenancy;
        this.places = places;
        this.dice = new Dice(random);
        this.nanoTime = nanoTime;
        this.out = out;
    }

    /** Begins; the demo goes on by itself after that. */
    @Override
    public void start() {
        GatewayClient client = new GatewayClient(vertx, places.baseUrl());
        invite(client)
                .compose(_ -> play(client))
                .compose(_ -> awaitBookings(client))
                .onSuccess(_ -> out.accept(Report.end(List.copyOf(participants.values()), places)))
                .onFailure(failure -> out.accept("The demo broke off: " + failure.getMessage() + "\n"))
                .onComplete(_ -> client.close());
    }

    /** Makes the organizations and waits until the gateway has heard of their keys, within half a second or so. */
    private Future<Void> invite(GatewayClient client) {
        Future<Void> invited = Future.succeededFuture();
        for (Organization organization : Organizations.ALL) {
            invited = invited.compose(_ -> tenancy.createOrganization(organization.name()))
                    .compose(key -> {
                        participants.put(organization, new Participant(organization, key));
                        return retrying(() -> client.usage(key), TRIES_MAX);
                    })
                    .mapEmpty();
        }
        return invited;
    }

    private Future<Void> play(GatewayClient client) {
        out.accept(Report.beginning(participants.size()));
        Traffic traffic = new Traffic(Organizations.ALL, dice);
        Minute minute = new Minute(vertx, dice, nanoTime, () -> call(client, traffic.next()));
        long timer = vertx.setPeriodic(PROGRESS_MILLIS, _ -> showProgress(minute));
        return minute.play().onComplete(_ -> {
            vertx.cancelTimer(timer);
            showProgress(minute);
        });
    }

    private Future<Outcome> call(GatewayClient client, Traffic.Next next) {
        Participant participant = Objects.requireNonNull(participants.get(next.organization()), "invited before");
        return client.send(participant.key(), next.call())
                .onSuccess(outcome -> participant.seen().add(next.call(), outcome));
    }

    private void showProgress(Minute minute) {
        Tally all = new Tally();
        participants.values().forEach(participant -> all.add(participant.seen()));
        out.accept(Report.progress(minute.secondsSoFar(), all));
    }

    /** Reads what the ledger has until that is everything, or for some seconds. */
    private Future<Void> awaitBookings(GatewayClient client) {
        return vertx.timer(BOOKING_MILLIS)
                .compose(_ -> retrying(() -> readBookings(client), TRIES_MAX))
                .otherwiseEmpty();
    }

    private Future<Void> readBookings(GatewayClient client) {
        List<Future<?>> read = new ArrayList<>();
        for (Participant participant : participants.values()) {
            read.add(client.usage(participant.key()).onSuccess(participant::booked));
        }
        return Future.all(read)
                .compose(_ -> participants.values().stream().allMatch(Participant::isBookedWhole)
                        ? Future.succeededFuture()
                        : Future.failedFuture("the ledger has not all requests yet"));
    }

    private <T> Future<T> retrying(Supplier<Future<T>> attempt, int tries) {
        return attempt.get()
                .recover(failure -> tries == 1
                        ? Future.failedFuture(failure)
                        : vertx.timer(RETRY_MILLIS).compose(_ -> retrying(attempt, tries - 1)));
    }
}
