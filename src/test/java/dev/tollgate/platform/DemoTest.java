package dev.tollgate.platform;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.ProviderCatalog;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final ProviderCatalog CATALOG = ProviderCatalog.builtIn();

    @Test
    void refuses_to_spend_real_money() {
        assertThatThrownBy(() -> Demo.refuseRealMoney(CATALOG, List.of(account(/* simulated= */ false))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("openai at https://api.openai.com/v1")
                .hasMessageContaining("Unset OPENAI_API_KEY and OPENAI_BASE_URL");
    }

    @Test
    void runs_where_every_account_is_simulated() {
        assertThatNoException()
                .isThrownBy(() -> Demo.refuseRealMoney(CATALOG, List.of(account(/* simulated= */ true))));
    }

    private static Account account(boolean simulated) {
        BaseUrl baseUrl = BaseUrl.parse("https://api.openai.com");
        return new Account("openai", "openai", baseUrl, "sk-secret", null, simulated);
    }
}
