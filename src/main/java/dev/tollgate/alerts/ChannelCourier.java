package dev.tollgate.alerts;

import dev.tollgate.alerts.Target.Email;
import dev.tollgate.alerts.Target.Locked;
import dev.tollgate.alerts.Target.Slack;
import dev.tollgate.alerts.Target.Teams;
import dev.tollgate.alerts.Target.Webhook;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts to webhooks, Slack and Teams, and mails. */
public final class ChannelCourier implements Courier {
    private static final int MAIL_PATIENCE_SECONDS = 30;

    private final WebPost web;
    private final MailServer mailServer;
    private final InstantSource clock;

    public ChannelCourier(WebPost web, MailServer mailServer, InstantSource clock) {
        this.web = web;
        this.mailServer = mailServer;
        this.clock = clock;
    }

    @Override
    public Future<Attempt> bring(Alert alert, Target target) {
        return switch (target) {
            case Webhook webhook -> web.post(WebMessage.signed(webhook, alert, clock.instant()));
            case Slack slack -> web.post(WebMessage.slack(slack.url(), alert));
            case Teams teams -> web.post(WebMessage.teams(teams.url(), alert));
            case Email email -> mail(alert, email.addresses());
            case Locked locked -> Future.succeededFuture(Attempt.failed(null, 0, locked.reason()));
        };
    }

    private Future<Attempt> mail(Alert alert, List<String> addresses) {
        if (!mailServer.isSetUp()) {
            return Future.succeededFuture(Attempt.failed(
                    null, 0, "no mail server is set up (expected: QUARKUS_MAILER_FROM and QUARKUS_MAILER_HOST)"));
        }
        long begun = clock.millis();
        return mailServer
                .send(AlertText.mail(addresses, alert))
                .timeout(MAIL_PATIENCE_SECONDS, TimeUnit.SECONDS)
                .map(_ -> Attempt.delivered(null, clock.millis() - begun))
                .otherwise(failure -> Attempt.failed(
                        null,
                        clock.millis() - begun,
                        failure instanceof TimeoutException
                                ? "the mail server did not take it within " + MAIL_PATIENCE_SECONDS + " s"
                                : "the mail server did not take it: " + failure.getMessage()));
    }
}
