package dev.tollgate.platform.demo;

import java.util.List;

/** What people of the demo ask, and what their applications tell the models beforehand. */
final class Texts {
    static final List<String> SHOP_QUESTIONS = List.of(
            "Where is my order?",
            "Can I return a book that I have already opened?",
            "Do you have the second volume in paperback?",
            "My parcel arrived with a torn cover. What can I do?",
            "Which of these two novels would suit a twelve-year-old?");

    static final List<String> SEARCHES = List.of(
            "a quiet crime novel set on an island",
            "termination for convenience with thirty days' notice",
            "small hotel with a garden near the harbour",
            "an introduction to astronomy without mathematics",
            "limitation of liability for indirect damage");

    static final List<String> LEGAL_QUESTIONS = List.of(
            "List every obligation of the tenant, with its clause.",
            "Which clauses depart from our standard terms, and how?",
            "Summarise this agreement for somebody who is not a lawyer.",
            "Is there anything here that renews itself?");

    static final List<String> TRIPS = List.of(
            "Plan four days in Lisbon for two people who like to walk.",
            "We have a long layover in Vienna. What is worth leaving the airport for?",
            "Find a week in the mountains that works with a three-year-old.",
            "Translate for the hotel: we arrive after midnight, is somebody there?");

    static final List<String> PLAYER_LINES = List.of(
            "What lies beyond the old mill?",
            "I have brought the lantern that you asked for.",
            "How much for the blue potion?",
            "Why does nobody speak of the winter king?");

    static final List<String> CODE_QUESTIONS = List.of(
            "Why does this shader flicker when two lights overlap?",
            "Make this path finding stop as soon as the target is in sight.",
            "Write a test for the inventory that drops an item twice.");

    /** Long enough, at some 1,700 tokens, that a provider caches it: the same for every customer of the shop. */
    static final String SHOP_RULES = rules(
            "You answer customers of a bookshop, kindly and briefly.",
            "Books that were bought here may be returned within thirty days if they can be sold again.",
            60);

    /** The same for a law firm, some 3,500 tokens. */
    static final String CONTRACT = rules(
            "You review contracts for a law firm. This is the contract.",
            "The tenant keeps the rooms in good repair and tells the landlord of damage without delay.",
            125);

    private Texts() {}

    private static String rules(String opening, String rule, int count) {
        StringBuilder text = new StringBuilder(opening);
        for (int i = 1; i <= count; i++) {
            text.append("\n").append(i).append(". ").append(rule);
        }
        return text.toString();
    }
}
