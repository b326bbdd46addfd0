package dev.tollgate.testkit;

/** Request bodies that many tests need. */
public final class Bodies {
    private Bodies() {}

    /** A chat request of one message. */
    public static String chat(String model, String text) {
        return "{\"model\":" + Json.quote(model) + ",\"messages\":[{\"role\":\"user\",\"content\":" + Json.quote(text)
                + "}]}";
    }

    /** A chat request whose answer is streamed and whose caller did not ask for usage. */
    public static String streamedChat(String model, String text) {
        return with(chat(model, text), "\"stream\":true");
    }

    /** A chat request whose answer is streamed with its usage at the end. */
    public static String streamedChatWithUsage(String model, String text) {
        return with(streamedChat(model, text), "\"stream_options\":{\"include_usage\":true}");
    }

    /** A responses request of one text. */
    public static String response(String model, String text) {
        return "{\"model\":" + Json.quote(model) + ",\"input\":" + Json.quote(text) + "}";
    }

    /** A JSON object with one more member at its end. */
    public static String with(String object, String member) {
        return object.substring(0, object.lastIndexOf('}')) + "," + member + "}";
    }
}
