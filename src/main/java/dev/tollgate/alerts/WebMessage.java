package dev.tollgate.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.alerts.Target.Webhook;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A message as it is posted.
 *
 * @param body JSON
 */
record WebMessage(SecretUrl url, Map<String, String> headers, String body) {
    private static final int SUBJECT_LENGTH_MAX = 250;

    byte[] bytes() {
        return body.getBytes(UTF_8);
    }

    /** Signed as Standard Webhooks says, by the previous secret, too, as long as that holds. */
    static WebMessage signed(Webhook webhook, Alert alert, Instant now) {
        String body = new JsonObject()
                .put("type", alert.kind())
                .put("timestamp", alert.occurredAt().toString())
                .put(
                        "data",
                        new JsonObject()
                                .put("id", alert.id())
                                .put("organization_id", alert.organizationId())
                                .put("severity", alert.severity().label())
                                .put("subject", alert.subject())
                                .put("details", alert.payload()))
                .encode();
        long seconds = now.getEpochSecond();
        String signatures = webhook.secret().sign(alert.id(), seconds, body);
        if (webhook.previous() != null && webhook.previous().expiresAt().isAfter(now)) {
            signatures += " " + webhook.previous().secret().sign(alert.id(), seconds, body);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", alert.id());
        headers.put("webhook-timestamp", Long.toString(seconds));
        headers.put("webhook-signature", signatures);
        return new WebMessage(webhook.url(), headers, body);
    }

    /** As Slack's incoming webhooks take it. */
    static WebMessage slack(SecretUrl url, Alert alert) {
        String head = mark(alert.severity()) + " *" + slackEscaped(alert.subject()) + "*";
        String text = AlertText.facts(alert).entrySet().stream()
                .map(fact -> "\n• " + slackEscaped(fact.getKey()) + ": " + slackEscaped(fact.getValue()))
                .reduce(head, String::concat);
        JsonObject section = new JsonObject()
                .put("type", "section")
                .put("text", new JsonObject().put("type", "mrkdwn").put("text", cut(text, 3_000)));
        return new WebMessage(
                url,
                Map.of(),
                new JsonObject()
                        .put("text", cut(slackEscaped(alert.subject()), SUBJECT_LENGTH_MAX)) // what notifications show
                        .put("blocks", new JsonArray().add(section))
                        .encode());
    }

    /** As workflows of Teams take it: an adaptive card. */
    static WebMessage teams(SecretUrl url, Alert alert) {
        JsonArray facts = new JsonArray();
        AlertText.facts(alert)
                .forEach((name, value) ->
                        facts.add(new JsonObject().put("title", name).put("value", value)));
        JsonObject card = new JsonObject()
                .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", "1.4")
                .put(
                        "body",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "TextBlock")
                                        .put("text", alert.subject())
                                        .put("weight", "Bolder")
                                        .put("color", color(alert.severity()))
                                        .put("wrap", true))
                                .add(new JsonObject().put("type", "FactSet").put("facts", facts)));
        JsonObject attachment = new JsonObject()
                .put("contentType", "application/vnd.microsoft.card.adaptive")
                .putNull("contentUrl")
                .put("content", card);
        return new WebMessage(
                url,
                Map.of(),
                new JsonObject()
                        .put("type", "message")
                        .put("attachments", new JsonArray().add(attachment))
                        .encode());
    }

    private static String mark(Severity severity) {
        return switch (severity) {
            case INFO -> ":information_source:";
            case WARNING -> ":warning:";
            case CRITICAL -> ":rotating_light:";
        };
    }

    private static String color(Severity severity) {
        return switch (severity) {
            case INFO -> "Default";
            case WARNING -> "Warning";
            case CRITICAL -> "Attention";
        };
    }

    /** So that nobody's name of a thing pings a channel or becomes a link. */
    private static String slackEscaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text, int lengthMax) {
        return text.length() <= lengthMax ? text : text.substring(0, lengthMax - 1) + "…";
    }
}
