package dev.tollgate.wire.openai;

/** Text as it stands in JSON. */
final class JsonText {
    private JsonText() {}

    /** A string with its quotes. */
    static String quoted(String text) {
        StringBuilder json = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ') {
                        json.append("\\u00").append(c < 0x10 ? "0" : "1").append(Character.forDigit(c & 0xF, 16));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }

    /** What stands between the quotes. */
    static String escaped(String text) {
        String quoted = quoted(text);
        return quoted.substring(1, quoted.length() - 1);
    }
}
