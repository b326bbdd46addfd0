package dev.tollgate.testkit;

import java.util.Random;

/** Writes random JSON documents: deep and flat ones, blanks, escapes, all planes of Unicode, odd numbers. */
public final class RandomJson {
    private static final String[] BLANKS = {"", "", "", "", " ", "  ", "\n", "\r\n", "\t", " \n\t "};
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "1",
        "-1",
        "7.5",
        "0.0",
        "-0.25",
        "1e3",
        "1E+9",
        "2e-7",
        "12345678901234567890",
        "9223372036854775807"
    };
    private static final String[] ESCAPES = {
        "\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\uD83D\\uDE00", "\\ud800"
    };
    private static final String[] TELLING_TEXTS = {
        "\\\"usage\\\":null", "{}[],:", "data: x", "null", "true", "model", "\u007f", "\u0080", "\u2028", "\ufeff"
    };
    private static final int DEPTH_MAX = 6;

    private final Random random;

    public RandomJson(Random random) {
        this.random = random;
    }

    /** Any document, with or without blanks around it. */
    public String document() {
        if (random.nextInt(20) == 0) {
            return nested(random.nextInt(128));
        }
        return blank() + value(0) + blank();
    }

    /** Any value, as it may stand in a document. */
    public String value() {
        return value(DEPTH_MAX - 3);
    }

    /** Blanks, mostly none. */
    public String blank() {
        return BLANKS[random.nextInt(BLANKS.length)];
    }

    /** A string with its quotes. */
    public String string() {
        StringBuilder text = new StringBuilder("\"");
        int pieces = random.nextInt(random.nextInt(8) == 0 ? 60 : 6);
        for (int i = 0; i < pieces; i++) {
            switch (random.nextInt(6)) {
                case 0 -> text.append(ESCAPES[random.nextInt(ESCAPES.length)]);
                case 1 -> text.appendCodePoint(character());
                case 2 -> text.append(TELLING_TEXTS[random.nextInt(TELLING_TEXTS.length)]);
                default -> text.append("abcdefghijklmnopqrstuvwxyz", 0, random.nextInt(26));
            }
        }
        return text.append('"').toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth < DEPTH_MAX ? 9 : 5)) {
            case 0 -> "null";
            case 1 -> random.nextBoolean() ? "true" : "false";
            case 2 -> number();
            case 3, 4 -> string();
            case 5, 6 -> array(depth);
            default -> object(depth);
        };
    }

    private String number() {
        return random.nextBoolean() ? NUMBERS[random.nextInt(NUMBERS.length)] : Integer.toString(random.nextInt());
    }

    private String array(int depth) {
        StringBuilder text = new StringBuilder("[").append(blank());
        int elements = random.nextInt(4);
        for (int i = 0; i < elements; i++) {
            text.append(i > 0 ? "," + blank() : "").append(value(depth + 1)).append(blank());
        }
        return text.append(']').toString();
    }

    private String object(int depth) {
        StringBuilder text = new StringBuilder("{").append(blank());
        int members = random.nextInt(4);
        for (int i = 0; i < members; i++) {
            text.append(i > 0 ? "," + blank() : "").append(string()).append(blank());
            text.append(':').append(blank()).append(value(depth + 1)).append(blank());
        }
        return text.append('}').toString();
    }

    /** Containers in containers, which of the two kinds by chance. */
    private String nested(int levels) {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            boolean object = random.nextBoolean();
            before.append(object ? "{\"a\":" : "[");
            after.append(object ? '}' : ']');
        }
        return before + value(DEPTH_MAX) + after.reverse();
    }

    /** Any character but those that a string must escape, of one to four bytes. */
    private int character() {
        int c = random.nextInt(1 << (7 + random.nextInt(14)));
        boolean needsEscape = c < 0x20 || c == '"' || c == '\\';
        boolean isNone = c > Character.MAX_CODE_POINT || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        return needsEscape || isNone ? 'x' : c;
    }
}
