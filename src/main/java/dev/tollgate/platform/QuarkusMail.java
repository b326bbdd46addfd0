package dev.tollgate.platform;

import dev.tollgate.alerts.MailServer;
import io.quarkus.mailer.reactive.ReactiveMailer;
import io.vertx.core.Future;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The mail server of {@code quarkus.mailer}; there is one where it is said whom mail is from. */
@Singleton
final class QuarkusMail implements MailServer {
    private final Instance<ReactiveMailer> mailer;
    private final boolean isSetUp;

    QuarkusMail(Instance<ReactiveMailer> mailer, @ConfigProperty(name = "quarkus.mailer.from") Optional<String> from) {
        this.mailer = mailer;
        this.isSetUp = from.isPresent();
    }

    @Override
    public boolean isSetUp() {
        return isSetUp;
    }

    @Override
    public Future<Void> send(Mail mail) {
        io.quarkus.mailer.Mail message = new io.quarkus.mailer.Mail()
                .setTo(mail.to())
                .setSubject(mail.subject())
                .setText(mail.text())
                .addHeader("X-Tollgate-Alert", mail.id())
                .addHeader("Auto-Submitted", "auto-generated");
        return Future.fromCompletionStage(mailer.get().send(message).subscribeAsCompletionStage());
    }
}
