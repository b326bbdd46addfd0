package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import org.junit.jupiter.api.Test;

/** Administration without its database says so; nobody is told that a good token is wrong. */
class AdministrationOutageIT {
    private static final String TOKENS = "/admin/v1/tokens";
    private static final String NEW = "{\"name\":\"Ann\",\"role\":\"platform_administrator\"}";

    private final TestDatabase database = TestPostgres.freshDatabase();

    @Test
    void an_outage_is_503_and_never_401() {
        try (TcpLink link = TcpLink.cutTo(database.port());
                TollgateProcess tollgate = TollgateProcess.setUp()
                        .over(database.over(link))
                        .asking(TestProvider.get())
                        .launch()) {
            link.mend();
            tollgate.awaitReady();
            ApiClient root = tollgate.administration();
            String token = root.post(TOKENS, NEW).json().path("token").asText();
            ApiClient ann = new ApiClient(root.root(), token);
            assertThat(ann.get(TOKENS).status()).isEqualTo(200);

            link.cut();
            for (Answer answer : new Answer[] {ann.get(TOKENS), root.get(TOKENS), root.post(TOKENS, NEW)}) {
                assertThat(answer.status()).as(answer.toString()).isEqualTo(503);
                assertThat(answer.errorCode()).isEqualTo("database_unavailable");
            }
            assertThat(new ApiClient(root.root(), "none").get(TOKENS).status()).isEqualTo(401);
            assertThat(root.get("/admin/openapi").status()).isEqualTo(200);

            link.mend();
            Await.until("it is back", () -> ann.get(TOKENS).status() == 200);
        }
    }
}
