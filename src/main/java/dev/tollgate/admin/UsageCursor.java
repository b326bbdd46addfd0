package dev.tollgate.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.reports.UsagePosition;
import dev.tollgate.reports.UsageQuestion;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Where a page of usage ended, as a text that only fits the question which it came from. */
final class UsageCursor {
    private static final int LENGTH_MAX = 4_096;
    private static final int DIGEST_BYTES = 8;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,40}");

    private UsageCursor() {}

    static String of(UsageQuestion question, UsagePosition position) {
        JsonArray cursor =
                new JsonArray().add(digest(question)).add(position.value()).add(position.period());
        position.keys().forEach(cursor::add);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(cursor.encode().getBytes(UTF_8));
    }

    /** The same question from there on. */
    static UsageQuestion after(UsageQuestion question, String cursor) {
        UsagePosition position = position(question, cursor);
        return new UsageQuestion(
                question.periods(),
                question.compares(),
                question.groups(),
                question.filters(),
                question.tag(),
                question.order(),
                question.rows(),
                position);
    }

    private static UsagePosition position(UsageQuestion question, String text) {
        try {
            if (text.length() <= LENGTH_MAX) {
                JsonArray cursor =
                        new JsonArray(new String(Base64.getUrlDecoder().decode(text), UTF_8));
                if (cursor.size() == 3 + question.groups().size()
                        && cursor.getString(0).equals(digest(question))
                        && NUMBER.matcher(cursor.getString(1)).matches()) {
                    List<String> keys = new ArrayList<>();
                    for (int i = 3; i < cursor.size(); i++) {
                        keys.add(cursor.getString(i));
                    }
                    return new UsagePosition(cursor.getString(1), cursor.getInteger(2), List.copyOf(keys));
                }
            }
        } catch (IllegalArgumentException | DecodeException | ClassCastException | NullPointerException e) {
            // told below, like a cursor of another question
        }
        throw Query.invalid(
                "cursor", "not a next_cursor of this question (expected: the same parameters, from and to included)");
    }

    private static String digest(UsageQuestion question) {
        String text = String.join(
                "\n",
                question.periods().start().toString(),
                question.periods().end().toString(),
                question.periods().interval().label(),
                question.periods().zone().getId(),
                Boolean.toString(question.compares()),
                question.groups().toString(),
                new TreeMap<>(question.filters()).toString(),
                String.valueOf(question.tag()),
                question.order().toString());
        return HexFormat.of().formatHex(Arrays.copyOf(BodyHash.of(text.getBytes(UTF_8)), DIGEST_BYTES));
    }
}
