package dev.tollgate.platform.demo;

import dev.tollgate.platform.demo.Organization.Feature;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Who takes part in the demo. */
final class Organizations {
    private static final String CHAT = "/chat/completions";
    private static final String RESPONSES = "/responses";
    private static final String EMBEDDINGS = "/embeddings";
    private static final String MODERATIONS = "/moderations";

    static final List<Organization> ALL = List.of(
            new Organization(
                    "Harbor Books",
                    4,
                    List.of(
                            new Feature("support-chat", 5, CHAT, Organizations::supportChat),
                            new Feature("order-lookup", 2, CHAT, Organizations::orderLookup),
                            new Feature("book-search", 3, EMBEDDINGS, dice -> search("text-embedding-3-small", dice)))),
            new Organization(
                    "Kestrel Legal",
                    2,
                    List.of(
                            new Feature("contract-review", 3, RESPONSES, Organizations::contractReview),
                            new Feature("plain-summary", 2, CHAT, Organizations::plainSummary),
                            new Feature(
                                    "clause-search", 3, EMBEDDINGS, dice -> search("text-embedding-3-large", dice)))),
            new Organization(
                    "Tidewater Travel",
                    3,
                    List.of(
                            new Feature("trip-planner", 4, CHAT, Organizations::tripPlanner),
                            new Feature("booking-form", 2, CHAT, Organizations::bookingForm))),
            new Organization(
                    "Pixel Foundry",
                    4,
                    List.of(
                            new Feature("character-talk", 6, CHAT, Organizations::characterTalk),
                            new Feature("code-help", 2, RESPONSES, Organizations::codeHelp),
                            new Feature(
                                    "player-names",
                                    2,
                                    MODERATIONS,
                                    dice -> Bodies.moderation(dice.oneOf(Texts.PLAYER_LINES))))));

    private Organizations() {}

    private static JsonObject supportChat(Dice dice) {
        String model = dice.perMille(800) ? "gpt-4o-mini" : "gpt-4o";
        return Bodies.streamed(Bodies.chat(model, Texts.SHOP_RULES, dice.oneOf(Texts.SHOP_QUESTIONS)));
    }

    private static JsonObject orderLookup(Dice dice) {
        JsonObject chat =
                Bodies.chat("gpt-4.1-mini", Texts.SHOP_RULES, "Where is order " + dice.between(1, 9_999) + "?");
        Bodies.withTool(chat, "find_order", "number");
        return dice.perMille(500) ? chat : Bodies.withToolResult(chat, "find_order", "It was sent yesterday.");
    }

    private static JsonObject contractReview(Dice dice) {
        JsonObject response = Bodies.response(
                dice.perMille(600) ? "gpt-5" : "gpt-4.1", Texts.CONTRACT, dice.oneOf(Texts.LEGAL_QUESTIONS));
        return dice.perMille(700) ? Bodies.streamed(response) : response;
    }

    private static JsonObject plainSummary(Dice dice) {
        return Bodies.chat("gpt-4.1", Texts.CONTRACT, dice.oneOf(Texts.LEGAL_QUESTIONS));
    }

    private static JsonObject tripPlanner(Dice dice) {
        String user = dice.oneOf(Texts.TRIPS);
        return Bodies.streamed(Bodies.chat("gpt-5-mini", "You plan journeys and keep to the budget.", user));
    }

    private static JsonObject bookingForm(Dice dice) {
        JsonObject chat = Bodies.chat("gpt-4o", "Fill in the booking form.", dice.oneOf(Texts.TRIPS));
        return Bodies.withFields(chat, "city", "arrival", "departure");
    }

    private static JsonObject characterTalk(Dice dice) {
        String role = "You are an old ferryman in a fairy tale. Say at most three sentences.";
        return Bodies.streamed(Bodies.chat("gpt-4.1-nano", role, dice.oneOf(Texts.PLAYER_LINES)));
    }

    private static JsonObject codeHelp(Dice dice) {
        String input = dice.oneOf(Texts.CODE_QUESTIONS);
        return Bodies.streamed(Bodies.response("o4-mini", "You help the programmers of a game.", input));
    }

    private static JsonObject search(String model, Dice dice) {
        return Bodies.embedding(model, dice.oneOf(Texts.SEARCHES));
    }
}
