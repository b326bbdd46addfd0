package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.tenancy.AllowedModels;
import dev.tollgate.tenancy.Caller;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OriginsTest {
    private static final Labels SAID = Labels.of("chat", "team=sales,env=prod");

    @Test
    void are_what_the_key_is_bound_to_before_what_headers_say() {
        Caller caller = new Caller(
                "org_1", "cli_1", "key_1", "pdf", "scale", Map.of("team", "search"), AllowedModels.ALL, false);

        Origin origin = Origins.of(caller, SAID, "hash");

        assertThat(origin.organizationId()).isEqualTo("org_1");
        assertThat(origin.clientId()).isEqualTo("cli_1");
        assertThat(origin.keyId()).isEqualTo("key_1");
        assertThat(origin.feature()).isEqualTo("pdf");
        assertThat(origin.tier()).isEqualTo("scale");
        assertThat(origin.endUser()).isEqualTo("hash");
        assertThat(origin.tags()).isEqualTo(Map.of("team", "search", "env", "prod"));
    }

    @Test
    void are_what_headers_say_where_the_key_is_bound_to_nothing() {
        Origin origin = Origins.of(Caller.of("org_1", "key_1"), SAID, null);

        assertThat(origin.clientId()).isNull();
        assertThat(origin.feature()).isEqualTo("chat");
        assertThat(origin.tags()).isEqualTo(Map.of("team", "sales", "env", "prod"));
    }

    @Test
    void have_the_tags_of_the_key_where_headers_have_none() {
        Caller caller =
                new Caller("org_1", null, "key_1", null, null, Map.of("team", "search"), AllowedModels.ALL, false);

        assertThat(Origins.of(caller, Labels.of(null, null), null).tags()).isEqualTo(Map.of("team", "search"));
    }
}
