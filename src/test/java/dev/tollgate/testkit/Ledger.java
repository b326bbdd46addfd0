package dev.tollgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The ledger of a running Tollgate, read as an administrator reads it. Entries arrive a moment after their answers. */
public final class Ledger {
    /** A test that asks for an entry has just made it, so it is among the newest. */
    private static final int RECENT = 200;

    private static final int PAGE = 1_000;

    private final ApiClient administration;

    Ledger(ApiClient administration) {
        this.administration = administration;
    }

    /** One entry. */
    public record Entry(JsonNode json) {
        public String text(String column) {
            return json.path(column).asText();
        }

        public String requestId() {
            return text("request_id");
        }

        public String outcome() {
            return text("outcome");
        }

        public int status() {
            return json.path("status").asInt();
        }

        public Money charge() {
            return Money.dollars(text("charge"));
        }

        public boolean estimated() {
            return json.path("estimated").asBoolean();
        }

        /** How many units one meter counted. */
        public long count(String meter) {
            return json.path("usage").path(meter).asLong();
        }
    }

    /** The entry of a request, once it is there. */
    public Entry entry(String requestId) {
        return entries("request_id", requestId, 1).getFirst();
    }

    /** The entry of the answer's request. */
    public Entry entry(Answer answer) {
        return entry(answer.requestId());
    }

    /** The entry of the one request that carried this {@code x-client-request-id}. */
    public Entry ofCaller(String callerRequestId) {
        return ofCaller(callerRequestId, 1).getFirst();
    }

    /** The entries of all requests that carried this {@code x-client-request-id}, newest first. */
    public List<Entry> ofCaller(String callerRequestId, int count) {
        return entries("caller_request_id", callerRequestId, count);
    }

    private List<Entry> entries(String column, String value, int count) {
        Predicate<Entry> wanted = entry -> entry.text(column).equals(value);
        List<Entry> found = new ArrayList<>();
        Await.until(count + " entries have the " + column + " " + value, () -> {
            found.clear();
            page(RECENT, "").path("data").forEach(entry -> found.add(new Entry(entry)));
            found.removeIf(wanted.negate());
            return found.size() >= count;
        });
        if (found.size() > count) {
            throw new AssertionError(found.size() + " entries of " + value + " (expected: " + count + "): " + found);
        }
        return found;
    }

    /** Every entry that is there by now, newest first. */
    public List<Entry> all() {
        List<Entry> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = page(PAGE, cursor);
            page.path("data").forEach(entry -> all.add(new Entry(entry)));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        return all;
    }

    private JsonNode page(int limit, String cursor) {
        Answer page = administration.get("/admin/v1/ledger?limit=" + limit + cursor);
        if (page.status() != 200) {
            throw new AssertionError("the ledger answered " + page);
        }
        return page.json();
    }
}
