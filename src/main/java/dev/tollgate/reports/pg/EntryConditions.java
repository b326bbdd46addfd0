package dev.tollgate.reports.pg;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryPosition;
import dev.tollgate.reports.EntryQuestion;
import java.time.Instant;
import java.util.List;

/** Writes which entries are wanted, so that the bounds in time choose the months that are read. */
final class EntryConditions {
    private final Parameters parameters;
    private final StringBuilder conditions = new StringBuilder("true");

    private EntryConditions(Parameters parameters) {
        this.parameters = parameters;
    }

    /** A condition in SQL, with its values added to the parameters. */
    static String of(EntryQuestion question, Parameters parameters) {
        EntryConditions conditions = new EntryConditions(parameters);
        conditions.time(question);
        question.filters().forEach(conditions::filter);
        question.tags()
                .forEach((key, values) -> conditions.and(
                        "tags ->> %s::text = any(%s)".formatted(parameters.add(key), parameters.addTexts(values))));
        if (question.minCharge() != null) {
            conditions.and("charge >= " + parameters.add(question.minCharge().nanos()) + "::bigint");
        }
        return conditions.conditions.toString();
    }

    static String order(EntryQuestion question) {
        String direction = question.oldestFirst() ? "" : " desc";
        return "request_id" + direction + ", seq" + direction;
    }

    private void time(EntryQuestion question) {
        Instant from = question.from();
        Instant to = question.to();
        if (from != null) {
            and("request_id >= " + id(from));
        }
        if (to != null) {
            and("request_id < " + id(to));
        }
        if (question.requestId() != null) {
            ofRequest(new RequestId(question.requestId()));
        }
        EntryPosition after = question.after();
        if (after != null) {
            String sign = question.oldestFirst() ? ">" : "<";
            String id = parameters.add(after.requestId()) + "::uuid";
            and("request_id " + sign + "= " + id); // by which months are left out; what follows can't do that
            and("(request_id, seq) %s (%s, %s::smallint)".formatted(sign, id, parameters.add(after.seq())));
        }
    }

    /** Its own, and those of its attempts, whose ids are of the same millisecond. */
    private void ofRequest(RequestId request) {
        Instant at = Instant.ofEpochMilli(request.epochMillis());
        String id = parameters.add(request.uuid()) + "::uuid";
        and("request_id >= " + id(at));
        and("request_id < " + id(at.plusMillis(1)));
        and("(request_id = " + id + " or parent_id = " + id + ")");
    }

    private void filter(EntryFilter filter, List<String> values) {
        String column = "ledger." + filter.column();
        String text = switch (filter) {
            case STATUS, SIMULATED, ESTIMATED -> column + "::text";
            default -> column;
        };
        List<String> given = values.stream().filter(value -> !value.isEmpty()).toList();
        // One value is compared by itself, because an index gives them in order of time then.
        String among = given.size() == 1
                ? text + " = " + parameters.add(given.getFirst()) + "::text"
                : text + " = any(" + parameters.addTexts(given) + ")";
        and(given.size() == values.size() ? among : "(" + column + " is null or " + among + ")");
    }

    private String id(Instant instant) {
        return parameters.add(RequestId.lowestAt(instant.toEpochMilli())) + "::uuid";
    }

    private void and(String condition) {
        conditions.append(" and ").append(condition);
    }
}
