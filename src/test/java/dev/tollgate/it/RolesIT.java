package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Role;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every role on every operation, in its own organization and in another one. */
class RolesIT {
    /**
     * What is answered, after the operation and its body: to the platform's administrator, then to the organization's
     * administrator, to billing and to the viewer, each within its own organization and in another one. What is in braces
     * is an object of that organization, made for the call.
     */
    private static final String TABLE = """
            GET    /admin/v1/alerts?organization_id={org}     ;; 200 | 200 404 | 200 404 | 403 403
            GET    /admin/v1/alert-channels?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/alert-channels                   ; {"name":"x","type":"slack","url":"https://8.8.8.8/x","organization_id":"{org}"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/alert-channels/{channel}         ;; 200 | 200 404 | 200 404 | 403 403
            PATCH  /admin/v1/alert-channels/{channel}         ; {"name":"y"} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/alert-channels/{channel}         ;; 204 | 204 404 | 403 403 | 403 403
            POST   /admin/v1/alert-channels/{channel}/test    ;; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/alert-channels/{webhook}/rotate  ; {} ; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/alert-deliveries?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            GET    /admin/v1/alert-deliveries/{delivery}      ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/alert-deliveries/{delivery}/resend ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/audit?organization_id={org}      ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/audit/verify                     ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/ledger                           ;; 200 | 200 200 | 200 200 | 403 403
            GET    /admin/v1/ledger/{entry}                   ;; 200 | 200 404 | 200 404 | 403 403
            GET    /admin/v1/ledger/export?organization={org} ;; 200 | 200 404 | 200 404 | 403 403
            GET    /admin/v1/ledger/quarantine                ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/usage?organization={org}         ;; 200 | 200 404 | 200 404 | 403 403
            GET    /admin/v1/organizations                    ;; 200 | 200 200 | 200 200 | 200 200
            POST   /admin/v1/organizations                    ; {"name":"x"} ; 201 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/organizations/{org}              ;; 200 | 200 404 | 200 404 | 200 404
            PATCH  /admin/v1/organizations/{org}              ; {"owner":"x"} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/organizations/{spare}            ;; 204 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/settings?organization_id={org}   ;; 200 | 200 404 | 403 403 | 200 404
            GET    /admin/v1/settings/{feature}?organization_id={org} ;; 200 | 200 404 | 403 403 | 200 404
            PATCH  /admin/v1/settings/{feature}?organization_id={org} ; {"priority":1} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/settings/{feature}?organization_id={org} ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/settings/{feature}/versions?organization_id={org} ;; 200 | 200 404 | 403 403 | 200 404
            POST   /admin/v1/settings/{feature}/restore?organization_id={org} ; {earlier} ; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/features/switch                  ; {"organization_id":"{org}","features":["chat"],"enabled":true} ; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/dry-run                          ; {"organization_id":"{org}","request":{"model":"gpt-4o-mini","messages":[{}]}} ; 200 | 200 404 | 403 403 | 200 404
            GET    /admin/v1/effective-settings?organization_id={org} ;; 200 | 200 404 | 403 403 | 200 404
            GET    /admin/v1/clients?organization_id={org}    ;; 200 | 200 404 | 200 404 | 200 404
            POST   /admin/v1/clients                          ; {"name":"x","organization_id":"{org}"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/clients/{client}                 ;; 200 | 200 404 | 200 404 | 200 404
            PATCH  /admin/v1/clients/{client}                 ; {"name":"y"} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/clients/{client}                 ;; 204 | 204 404 | 403 403 | 403 403
            GET    /admin/v1/keys?organization_id={org}       ;; 200 | 200 404 | 403 403 | 200 404
            POST   /admin/v1/keys                             ; {"name":"x","organization_id":"{org}"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/keys/{key}                       ;; 200 | 200 404 | 403 403 | 200 404
            PATCH  /admin/v1/keys/{key}                       ; {"name":"y"} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/keys/{key}                       ;; 204 | 204 404 | 403 403 | 403 403
            POST   /admin/v1/keys/{key}/rotate                ; {} ; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/organizations/{org}/terms        ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/organizations/{org}/terms        ; {"markup_percent":"5"} ; 201 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/prices                           ;; 200 | 200 200 | 200 200 | 403 403
            GET    /admin/v1/prices/versions?provider=openai&model=gpt-4o-mini ;; 200 | 200 200 | 200 200 | 403 403
            POST   /admin/v1/prices                           ; {new_price} ; 201 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/prices/corrections               ; {past_price} ; 201 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/prices/withdrawals               ; {upcoming_price} ; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/prices/import?format=litellm     ; {} ; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/prices/quote                     ; {"organization":"{org}","tokens":{"input":1},"models":["gpt-4o-mini"]} ; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/privacy/end-users/export         ; {"organization_id":"{org}","id":"jane"} ; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/privacy/end-users/erase          ; {"organization_id":"{org}","id":"jane"} ; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/privacy/clients/export           ; {"id":"{client}"} ; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/privacy/clients/erase            ; {"id":"{archived}"} ; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/tokens?organization_id={org}     ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/tokens/{token}                   ;; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/tokens/{token}                   ;; 204 | 204 404 | 403 403 | 403 403
            POST   /admin/v1/tokens                           ; {"name":"x","role":"viewer","organization_id":"{org}"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/routes                           ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/routes/{route}                   ;; 200 | 403 403 | 403 403 | 403 403
            PUT    /admin/v1/routes/{route}                   ; {"candidates":[{"model":"gpt-4o"}]} ; 200 | 403 403 | 403 403 | 403 403
            DELETE /admin/v1/routes/{route}                   ;; 204 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/routes/{route}/versions          ;; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/routes/{route}/restore           ; {route_version} ; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/routes/explain                   ; {"organization_id":"{org}","model":"gpt-4o-mini"} ; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/tiers/{routed_tier}/routing      ;; 200 | 403 403 | 403 403 | 403 403
            PUT    /admin/v1/tiers/{routed_tier}/routing      ; {"models":["gpt-4o"]} ; 200 | 403 403 | 403 403 | 403 403
            DELETE /admin/v1/tiers/{routed_tier}/routing      ;; 204 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/tiers/{routed_tier}/routing/versions ;; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/tiers/{routed_tier}/routing/restore ; {tier_routing_version} ; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/prices/rerate                    ; {"provider":"openai","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"} ; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/accounting/months                ;; 200 | 200 200 | 200 200 | 403 403
            POST   /admin/v1/accounting/months/2026-01/close  ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/budgets?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/budgets ; {"name":"x","amount":"1","period":"day","scope":{"owner":"organization","owner_id":"{org}"}} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/budgets/{budget} ;; 200 | 200 404 | 200 404 | 403 403
            PATCH  /admin/v1/budgets/{budget} ; {"name":"y"} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/budgets/{budget} ;; 204 | 204 404 | 403 403 | 403 403
            GET    /admin/v1/budgets/{budget}/windows ;; 200 | 200 404 | 200 404 | 403 403
            GET    /admin/v1/budgets/{budget}/increases ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/budgets/{budget}/increases ; {"amount":"1","ends_at":"2030-01-01T00:00:00Z"} ; 201 | 201 404 | 403 403 | 403 403
            DELETE /admin/v1/budgets/{budget}/increases/inc_none ;; 404 | 404 404 | 403 403 | 403 403
            GET    /admin/v1/budgets/{credit}/top-ups ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/budgets/{credit}/top-ups ; {"amount":"1"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/budgets/drift            ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/limits?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/limits ; {"name":"x","kind":"concurrency","amount":1,"scope":{"owner":"organization","owner_id":"{org}"}} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/limits/{limit} ;; 200 | 200 404 | 200 404 | 403 403
            PATCH  /admin/v1/limits/{limit} ; {"name":"y"} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/limits/{limit} ;; 204 | 204 404 | 403 403 | 403 403
            GET    /admin/v1/tiers                    ;; 200 | 200 200 | 200 200 | 403 403
            POST   /admin/v1/tiers                    ; {"name":"{new_tier}"} ; 201 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/tiers/{tier}             ;; 200 | 200 200 | 200 200 | 403 403
            PATCH  /admin/v1/tiers/{tier}             ; {"description":"y"} ; 200 | 403 403 | 403 403 | 403 403
            DELETE /admin/v1/tiers/{tier}             ;; 204 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/stops?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/stops                    ; {"owner":"organization","owner_id":"{org}"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/stops/{stop}             ;; 200 | 200 404 | 200 404 | 403 403
            DELETE /admin/v1/stops/{stop}             ;; 204 | 204 404 | 403 403 | 403 403
            POST   /admin/v1/stops/{stop}/lift        ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/doubts?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/doubts/{doubt}/release   ;; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/doubts/{doubt}/charge    ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/replicas                 ;; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/replicas/{replica}/release ;; 200 | 403 403 | 403 403 | 403 403
            GET    /admin/v1/providers?organization_id={org} ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/providers/{account}/history ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/provider-accounts?organization_id={org} ;; 200 | 200 404 | 403 403 | 403 403
            POST   /admin/v1/provider-accounts        ; {"name":"x","provider":"openai","credential":"sk-0123456789abcdef","check":false,"organization_id":"{org}"} ; 201 | 201 404 | 403 403 | 403 403
            GET    /admin/v1/provider-accounts/{account} ;; 200 | 200 404 | 403 403 | 403 403
            PATCH  /admin/v1/provider-accounts/{account} ; {"weight":7} ; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/provider-accounts/{account} ;; 204 | 204 404 | 403 403 | 403 403
            POST   /admin/v1/provider-accounts/{account}/check ;; 200 | 200 404 | 403 403 | 403 403
            DELETE /admin/v1/cache?organization_id={org} ;; 200 | 200 404 | 403 403 | 403 403
            GET    /admin/v1/cache/stats?organization_id={org} ;; 200 | 200 404 | 200 404 | 403 403
            POST   /admin/v1/cache/warm ; {"key":"none","requests":[{"body":{}}],"budget":"1"} ; 400 | 400 400 | 403 403 | 403 403
            GET    /admin/v1/cache/warm/wrm_none ;; 404 | 404 404 | 404 404 | 403 403
            DELETE /admin/v1/cache/warm/wrm_none ;; 404 | 404 404 | 403 403 | 403 403
            GET    /admin/v1/vault                    ;; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/vault/seal               ;; 200 | 403 403 | 403 403 | 403 403
            POST   /admin/v1/vault/verify             ;; 200 | 403 403 | 403 403 | 403 403
            POST   /key/generate ; {"organization_id":"{org}","max_budget":1,"rpm_limit":60} ; 200 | 200 404 | 403 403 | 403 403
            GET    /key/info?key={key} ;; 200 | 200 404 | 403 403 | 200 404
            POST   /key/update ; {"key":"{key}","max_budget":0.5} ; 200 | 200 404 | 403 403 | 403 403
            POST   /key/delete ; {"keys":["{key}"]} ; 200 | 200 404 | 403 403 | 403 403
            POST   /budget/new ; {"organization_id":"{org}","max_budget":1} ; 200 | 200 404 | 403 403 | 403 403
            GET    /spend/logs?api_key={key} ;; 200 | 200 404 | 200 404 | 403 403
            """;

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .with("TOLLGATE_MASTER_KEY", "22".repeat(32))
            .start();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final String OWN = DATABASE.value("select id from organization");
    private static final String FOREIGN = "org_foreign00000";

    /** How an object of an organization is made, whose id stands in for its name in braces. */
    private static final AtomicLong ENTRIES = new AtomicLong(-1);

    private static final Map<String, Function<String, String>> OBJECTS = Map.ofEntries(
            entry("org", organization -> organization),
            entry("spare", _ -> made("organizations", "{\"name\":\"spare\"}")),
            entry("client", organization -> made("clients", beneath(organization))),
            entry("archived", organization -> archived(made("clients", beneath(organization)))),
            entry("key", organization -> made("keys", beneath(organization))),
            entry(
                    "token",
                    organization -> token(Role.VIEWER, organization).path("id").asText()),
            entry("entry", RolesIT::booked),
            entry("new_price", _ -> price("2099-01-01")),
            entry("past_price", _ -> price("2026-11-01")),
            entry("upcoming_price", _ -> upcomingPrice()),
            entry("channel", organization -> channel(organization, "email", "addresses\":[\"x@example.com\"]")),
            entry("webhook", organization -> channel(organization, "webhook", "url\":\"https://8.8.8.8/x\"")),
            entry("delivery", RolesIT::dead),
            entry("feature", _ -> "chat"),
            entry("earlier", RolesIT::earlierSettings),
            entry("budget", organization -> rule("budgets", "\"amount\":\"1\",\"period\":\"day\"", organization)),
            entry("credit", organization -> rule("budgets", "\"period\":\"credit\"", organization)),
            entry("limit", organization -> rule("limits", "\"kind\":\"concurrency\",\"amount\":1", organization)),
            entry("new_tier", _ -> "tier-" + UUID.randomUUID()),
            entry("tier", _ -> tier()),
            entry("route", _ -> routed("/admin/v1/routes/", "cheap", "", "{\"candidates\":[{\"model\":\"gpt-4o\"}]}")),
            entry("route_version", _ -> version("/admin/v1/routes/cheap")),
            entry("routed_tier", _ -> routed("/admin/v1/tiers/", "starter", "/routing", "{\"models\":[\"gpt-4o\"]}")),
            entry("tier_routing_version", _ -> version("/admin/v1/tiers/starter/routing")),
            entry("stop", organization -> made(administrator(organization), "stops", "{}")),
            entry("doubt", RolesIT::doubt),
            entry("replica", _ -> lostReplica()),
            entry("account", RolesIT::account));

    private static final Map<Role, ApiClient> CLIENTS = clients();

    record Row(String method, String path, String body, List<Integer> statuses) {
        static Row of(String line) {
            String[] parts = line.split(";");
            String[] operation = parts[0].strip().split("\\s+");
            List<Integer> statuses = Arrays.stream(parts[2].strip().split("[\\s|]+"))
                    .map(Integer::valueOf)
                    .toList();
            assertThat(statuses).as(line).hasSize(7);
            return new Row(operation[0], operation[1], parts[1].strip(), statuses);
        }

        /** As the description names it, whatever it calls its parameters. */
        String operation() {
            return method.toLowerCase(Locale.ROOT) + " "
                    + path.replaceFirst("\\?.*", "")
                            .replaceAll("\\{\\w+}|\\d{4}-\\d\\d|req_\\w+|inc_\\w+|wrm_\\w+", "{}");
        }

        /** Which of the statuses is expected. */
        int status(Role role, String organization) {
            return statuses.get(
                    role == Role.PLATFORM_ADMINISTRATOR ? 0 : 2 * role.ordinal() - (organization.equals(OWN) ? 1 : 0));
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    @AfterAll
    static void stop() {
        TOLLGATE.close();
    }

    static Stream<Row> rows() {
        return TABLE.lines().map(Row::of);
    }

    @Test
    void the_table_has_every_operation_that_there_is() {
        assertThat(rows().map(Row::operation).toList())
                .containsExactlyInAnyOrderElementsOf(permissions().keySet());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void each_role_may_do_what_the_table_says(Row row) {
        List<String> differences = new ArrayList<>();
        for (Role role : Role.values()) {
            for (String organization : List.of(OWN, FOREIGN)) {
                Answer answer = send(requireNonNull(CLIENTS.get(role)), row, organization);
                int expected = row.status(role, organization);
                if (answer.status() != expected) {
                    differences.add(role + " of " + organization + ": " + answer + " (expected: " + expected + ")");
                }
            }
        }
        assertThat(differences).as(row.toString()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nobody_does_anything_without_a_token(Row row) {
        for (String token : List.of("", "none", "tg-admin-000000000000-" + "0".repeat(38))) {
            Answer answer = send(new ApiClient(ROOT.root(), token), row, OWN);
            assertThat(answer.status()).as(row + " with " + token).isEqualTo(401);
        }
    }

    /** The table is written by hand; this holds it against the permissions that the operations declare. */
    @ParameterizedTest
    @MethodSource("rows")
    void a_role_is_refused_exactly_where_it_lacks_the_permission(Row row) {
        Permission needed = Permission.valueOf(
                requireNonNull(permissions().get(row.operation())).toUpperCase(Locale.ROOT));
        for (Role role : Role.values()) {
            assertThat(row.status(role, OWN) == 403).as(row + " by " + role).isEqualTo(!role.may(needed));
        }
    }

    private static String price(String day) {
        return "{\"provider\":\"openai\",\"source\":\"a test\",\"effective_from\":\"" + day + "T00:00:00Z\",\"price\":"
                + "{\"model\":\"m-" + UUID.randomUUID()
                + "\",\"unverified\":true,\"standard\":{\"input\":\"1\",\"output\":\"1\"}}}";
    }

    private static String earlierSettings(String organization) {
        String path = "/admin/v1/settings/chat?organization_id=" + organization;
        ROOT.send(ROOT.request(path)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"priority\":9}")));
        return "{\"version\":" + ROOT.get(path).json().path("version") + "}";
    }

    private static String routed(String before, String name, String after, String definition) {
        Answer put = ROOT.send(ROOT.request(before + name + after)
                .header("content-type", "application/json")
                .method("PUT", BodyPublishers.ofString(definition)));
        assertThat(put.status()).as(put.toString()).isEqualTo(200);
        return name;
    }

    private static String version(String path) {
        return "{\"version\":" + ROOT.get(path).json().path("version") + "}";
    }

    private static String booked(String organization) {
        UUID id = RequestId.lowestAt(System.currentTimeMillis());
        DATABASE.execute("""
                insert into ledger (request_id, organization_id, key_id, operation, streamed, input_tokens,
                    cached_input_tokens, output_tokens, reasoning_tokens, usage, provider_cost, charge, estimated,
                    outcome, status, client_gone, total_micros, request_bytes, response_bytes)
                values ('%s', '%s', 'key_x', 'chat', false, 0, 0, 0, 0, '{}', 0, 0, false, 'ok', 200, false, 0, 0, 0)
                on conflict do nothing
                """.formatted(new UUID(id.getMostSignificantBits(), ENTRIES.decrementAndGet()), organization));
        return new RequestId(new UUID(id.getMostSignificantBits(), ENTRIES.get())).toString();
    }

    private static String channel(String organization, String type, String target) {
        return made(
                "alert-channels",
                "{\"name\":\"x\",\"organization_id\":%s,\"type\":\"%s\",\"%s}"
                        .formatted(quote(organization), type, target));
    }

    private static String dead(String organization) {
        String channel = channel(organization, "email", "addresses\":[\"x@example.com\"]");
        DATABASE.execute("""
                insert into alert (id, kind, dedupe_key, organization_id, severity, subject, payload, occurred_at)
                values ('alr_%s', 'x', '%s', '%s', 1, 'x', '{}', now())
                """.formatted(channel, channel, organization));
        DATABASE.execute("""
                insert into alert_delivery (id, alert_seq, channel_id, state, attempts_left)
                select 'dlv_%s', seq, '%s', 'dead', 0 from alert where dedupe_key = '%s'
                """.formatted(channel, channel, channel));
        return "dlv_" + channel;
    }

    private static String archived(String client) {
        assertThat(ROOT.delete("/admin/v1/clients/" + client).status()).isEqualTo(204);
        return client;
    }

    private static String upcomingPrice() {
        JsonNode added = ROOT.post("/admin/v1/prices", price("2099-01-01")).json();
        return "{\"provider\":\"openai\",\"model\":%s,\"number\":%s}"
                .formatted(added.path("model"), added.path("number"));
    }

    private static Answer send(ApiClient client, Row row, String organization) {
        HttpRequest.Builder request = client.request(filled(row.path, organization))
                .method(
                        row.method,
                        row.body.isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(filled(row.body, organization)));
        if (!row.body.isEmpty()) {
            request.header("content-type", "application/json");
        }
        return client.send(request);
    }

    private static String filled(String text, String organization) {
        return Pattern.compile("\\{(\\w+)}")
                .matcher(text)
                .replaceAll(name -> Matcher.quoteReplacement(
                        requireNonNull(OBJECTS.get(name.group(1)), name.group()).apply(organization)));
    }

    /** The permission of every operation, from Tollgate's own description. */
    private static Map<String, String> permissions() {
        Map<String, String> permissions = new TreeMap<>();
        JsonNode api = ROOT.get("/admin/openapi?format=json").json();
        api.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> operation.getValue().has("x-permission"))
                        .forEach(operation -> permissions.put(
                                operation.getKey() + " " + path.getKey().replaceAll("\\{\\w+}", "{}"),
                                operation.getValue().path("x-permission").asText())));
        return permissions;
    }

    private static Map<Role, ApiClient> clients() {
        DATABASE.execute("insert into organization (id, name) values ('" + FOREIGN + "', 'foreign')");
        Map<Role, ApiClient> clients = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            clients.put(
                    role,
                    new ApiClient(ROOT.root(), token(role, OWN).path("token").asText()));
        }
        return clients;
    }

    private static String beneath(String organization) {
        return "{\"name\":\"x\",\"organization_id\":" + quote(organization) + "}";
    }

    private static ApiClient administrator(String organization) {
        return new ApiClient(
                ROOT.root(),
                token(Role.ORGANIZATION_ADMINISTRATOR, organization)
                        .path("token")
                        .asText());
    }

    /** A rule that the organization has set itself. */
    private static String rule(String collection, String members, String organization) {
        return made(
                administrator(organization),
                collection,
                "{\"name\":\"x\",\"scope\":{\"owner\":\"organization\"}," + members + "}");
    }

    private static String tier() {
        String name = "tier-" + UUID.randomUUID();
        assertThat(ROOT.post("/admin/v1/tiers", "{\"name\":" + quote(name) + "}")
                        .status())
                .isEqualTo(201);
        return name;
    }

    private static String doubt(String organization) {
        String budget = rule("budgets", "\"amount\":\"1\",\"period\":\"total\"", organization);
        DATABASE.execute(
                "select open_window('" + budget + "', '', now(), '-infinity', 'infinity')",
                "insert into doubt (window_id, request_id, epoch, amount, reason) select id, gen_random_uuid(), 1, 5, 'x'"
                        + " from budget_window where budget_id = '" + budget + "'");
        return DATABASE.value("select max(id) from doubt");
    }

    /** At a provider that has nothing to check credentials by, so that none is asked. */
    private static String account(String organization) {
        return made(
                "provider-accounts",
                "{\"name\":\"x\",\"provider\":\"perplexity\",\"credential\":\"pplx-0123456789abcdef\",\"organization_id\":\"%s\"}"
                        .formatted(organization));
    }

    private static String lostReplica() {
        return DATABASE.value(
                "insert into replica (slot, state, seen_at) select coalesce(max(slot), 0) + 1, 'live', now() - interval '1 h'"
                        + " from replica returning epoch");
    }

    private static String made(String collection, String body) {
        return made(ROOT, collection, body);
    }

    /** The id of what was made. */
    private static String made(ApiClient client, String collection, String body) {
        Answer made = client.post("/admin/v1/" + collection, body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().path("id").asText();
    }

    private static JsonNode token(Role role, String organization) {
        String reach = role.isPlatforms() ? "" : ",\"organization_id\":" + quote(organization);
        Answer made = ROOT.post(
                "/admin/v1/tokens", "{\"name\":\"%s\",\"role\":\"%s\"%s}".formatted(role, role.label(), reach));
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json();
    }
}
