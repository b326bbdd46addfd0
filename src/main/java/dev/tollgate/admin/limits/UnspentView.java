package dev.tollgate.admin.limits;

import dev.tollgate.limits.rules.ReplicaRecord;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a replica has of budgets of one measure. */
@Schema(example = """
        {"measure": "charge", "amount": "1.25", "currency": "USD", "windows": 12}
        """)
public record UnspentView(
        String measure, Object amount, @Nullable String currency, int windows) {
    static UnspentView of(ReplicaRecord.Unspent unspent) {
        Unit unit = Unit.of(unspent.measure());
        return new UnspentView(
                unspent.measure().label(), unit.show(unspent.amount()), unit.currency(), unspent.windows());
    }
}
