package dev.tollgate.alerts;

import dev.tollgate.alerts.MailServer.Mail;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An alert in words. */
final class AlertText {
    private static final int FACTS_MAX = 30;
    private static final int VALUE_LENGTH_MAX = 200;

    private AlertText() {}

    /** What it tells, in its order: the plain values of its payload, and what every alert has. */
    static Map<String, String> facts(Alert alert) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Map.Entry<String, Object> member : alert.payload()) {
            Object value = member.getValue();
            boolean plain = value != null && !(value instanceof JsonObject) && !(value instanceof JsonArray);
            if (plain && facts.size() < FACTS_MAX) {
                facts.put(name(member.getKey()), cut(value.toString()));
            }
        }
        if (alert.organizationId() != null) {
            facts.put("Organization", alert.organizationId());
        }
        facts.put("Severity", alert.severity().label());
        facts.put("At", alert.occurredAt().toString());
        facts.put("Alert", alert.kind() + ", " + alert.id());
        return facts;
    }

    static Mail mail(List<String> to, Alert alert) {
        StringBuilder text = new StringBuilder(alert.subject()).append("\n\n");
        facts(alert)
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append('\n'));
        return new Mail(
                alert.id(),
                to,
                oneLine("[Tollgate " + alert.severity().label() + "] " + alert.subject()),
                text.toString());
    }

    /** A header has one line. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    /** {@code Spent percent} of {@code spent_percent}. */
    private static String name(String member) {
        String words = member.replace('_', ' ');
        return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String cut(String value) {
        return value.length() <= VALUE_LENGTH_MAX ? value : value.substring(0, VALUE_LENGTH_MAX - 1) + "…";
    }
}
