package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.function.LongFunction;

/** The usage that an answer reports: the truth, unless the request asked for a usage that is missing or wrong. */
final class ReportedUsage {
    private static final long HUGE = 1L << 40;

    private ReportedUsage() {}

    /** Sets {@code usage} in an answer. */
    static void set(ObjectNode answer, ObjectNode usage, Wishes wishes) {
        if (!wishes.has(Fault.NO_USAGE)) {
            answer.set("usage", distorted(usage, wishes));
        }
    }

    private static ObjectNode distorted(ObjectNode usage, Wishes wishes) {
        if (wishes.has(Fault.USAGE_NEGATIVE)) {
            return mapped(usage, count -> LongNode.valueOf(-count));
        }
        if (wishes.has(Fault.USAGE_HUGE)) {
            return mapped(usage, _ -> LongNode.valueOf(HUGE));
        }
        if (wishes.has(Fault.USAGE_FRACTIONAL)) {
            return mapped(usage, count -> DecimalNode.valueOf(BigDecimal.valueOf(count * 10 + 5, 1)));
        }
        if (wishes.has(Fault.USAGE_STRING)) {
            return mapped(usage, count -> TextNode.valueOf(Long.toString(count)));
        }
        return usage;
    }

    private static ObjectNode mapped(ObjectNode usage, LongFunction<JsonNode> map) {
        ObjectNode result = Json.object();
        usage.properties().forEach(member -> {
            JsonNode value = member.getValue();
            if (value instanceof ObjectNode details) {
                result.set(member.getKey(), mapped(details, map));
            } else {
                result.set(member.getKey(), value.isIntegralNumber() ? map.apply(value.asLong()) : value);
            }
        });
        return result;
    }
}
