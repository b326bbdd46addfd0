package dev.tollgate.alerts;

import io.vertx.core.Future;
import java.util.List;

/** What e-mail goes out over. */
public interface MailServer {
    /** Whether there is one. */
    boolean isSetUp();

    /** Hands a message over; the future fails where it is not taken. */
    Future<Void> send(Mail mail);

    /**
     * A message of plain text.
     *
     * @param id tells it from every other: the same message sent again has the same
     */
    record Mail(String id, List<String> to, String subject, String text) {}
}
