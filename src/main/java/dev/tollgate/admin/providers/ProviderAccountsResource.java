package dev.tollgate.admin.providers;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.provider.pg.PgAccounts;
import dev.tollgate.vault.Vault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Accounts at providers: whose they are, where, and with which credential, which is never shown again. */
@Path("/admin/v1/provider-accounts")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ProviderAccountsResource {
    private static final String TYPE = "provider_account";
    private static final int ACCOUNTS_MAX = 200;

    private final AdminRequest admin;
    private final PgAccounts store;
    private final Accounts accounts;
    private final AccountFeed feed;
    private final ProviderCatalog catalog;
    private final AccountChecks checks;
    private final RandomGenerator random;
    private final InstantSource clock;

    public ProviderAccountsResource(
            AdminRequest admin,
            PgAccounts store,
            Accounts accounts,
            AccountFeed feed,
            ProviderCatalog catalog,
            AccountChecks checks,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.store = store;
        this.accounts = accounts;
        this.feed = feed;
        this.catalog = catalog;
        this.checks = checks;
        this.random = random;
        this.clock = clock;
    }

    @GET
    @Requires(Permission.PROVIDERS_READ)
    @Operation(
            summary = "List provider accounts",
            description =
                    "Those of the database by their ids; before them, on the first page, those of the environment.")
    public Uni<Page<AccountView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @QueryParam("client_id") @Nullable String clientId) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        String scope = admin.principal().scope(organizationId);
        return AdminRequest.uni(() -> store.list(scope, clientId, wanted.cursor(), wanted.rows()))
                .map(rows -> {
                    Page<AccountView> page = Page.of(wanted, rows, this::shown, AccountRecord::id);
                    List<AccountView> all = new ArrayList<>();
                    if (wanted.cursor().isEmpty() && clientId == null) {
                        accounts.given().stream()
                                .filter(given -> scope == null
                                        || scope.equals(given.owner().organizationId()))
                                .map(AccountView::of)
                                .forEach(all::add);
                    }
                    all.addAll(page.data());
                    return new Page<>(all, page.nextCursor());
                });
    }

    @GET
    @Path("{id}")
    @Requires(Permission.PROVIDERS_READ)
    @Operation(summary = "Read a provider account")
    @APIResponseSchema(AccountView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        Optional<AccountView> given = accounts.given().stream()
                .filter(account -> account.id().equals(id)
                        && principal.reaches(account.owner().organizationId()))
                .map(AccountView::of)
                .findFirst();
        return given.isPresent()
                ? admin.answer(() -> Future.succeededFuture(Answer.ok(AdminJson.object(given.get()))))
                : admin.answer(() -> store.find(id).map(found -> answer(reached(principal, found))));
    }

    /** Fails where whoever asks reaches no such account, of the database or the environment. */
    Future<Void> mustBeReached(String id) {
        Principal principal = admin.principal();
        boolean given = accounts.given().stream()
                .anyMatch(account -> account.id().equals(id)
                        && principal.reaches(account.owner().organizationId()));
        return given
                ? Future.succeededFuture()
                : store.find(id).map(found -> reached(principal, found)).mapEmpty();
    }

    @POST
    @Requires(Permission.PROVIDERS_WRITE)
    @Operation(
            summary = "Create a provider account",
            description = "The provider is asked whether the credential is good, unless `check` is false. A base URL of"
                    + " a customer's own must be https and lead to a public address, unless its host is within"
                    + " `TOLLGATE_TRUSTED_NETWORKS`.")
    @APIResponseSchema(value = AccountView.class, responseCode = "201")
    public Uni<Response> create(AccountBody body) {
        Owner owner = owner(body);
        Provider at = provider(Given.required("provider", body.provider()));
        AccountRecord asked = body.newRecord("acc_" + Credential.newPublicId(random), owner, at, clock.instant());
        String secret = body.givenCredential();
        mustHaveCredential(asked, at, secret != null);
        Uni<Response> created = admin.change(change -> store.count(change, owner)
                .compose(count -> {
                    mustHaveRoom(count);
                    return store.create(change, asked, secret);
                })
                .map(account -> {
                    record(change, "create", null, account, secret != null);
                    return Answer.created("/admin/v1/provider-accounts/" + account.id(), view(account))
                            .withVersion(account.version());
                }));
        return AdminRequest.uni(() -> looked(asked, at, secret, body.wantsCheck() && asked.isEnabled()))
                .flatMap(_ -> created)
                .onItem()
                .call(_ -> inForce());
    }

    @PATCH
    @Path("{id}")
    @Requires(Permission.PROVIDERS_WRITE)
    @Operation(
            summary = "Change a provider account",
            description = "What is left out stays. A new credential, another base URL and enabling it again ask the"
                    + " provider whether the credential is good, unless `check` is false.")
    @APIResponseSchema(AccountView.class)
    public Uni<Response> change(@PathParam("id") String id, AccountBody body) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        String secret = body.givenCredential();
        Uni<Response> changed = admin.change(change -> store.lock(change, id).compose(found -> {
            AccountRecord before = reached(principal, found);
            ifMatch.mustBe(before.version());
            Provider at = provider(before.provider());
            AccountRecord asked = body.applyTo(before, at, clock.instant());
            boolean newSecret = secret != null || body.takesCredentialAway();
            if (asked.equals(before) && !newSecret) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            mustNotLeadElsewhere(before, asked, at, newSecret);
            mustHaveCredential(asked, at, newSecret ? secret != null : before.credential() != null);
            return store.update(change, asked)
                    .compose(after ->
                            newSecret ? store.setCredential(change, id, secret) : Future.succeededFuture(after))
                    .map(after -> {
                        record(change, "update", before, after, newSecret);
                        return answer(after);
                    });
        }));
        return AdminRequest.uni(() ->
                        store.find(id).compose(found -> lookedBefore(reached(principal, found), body, secret)))
                .flatMap(_ -> changed)
                .onItem()
                .call(_ -> inForce());
    }

    @POST
    @Path("{id}/check")
    @Requires(Permission.PROVIDERS_WRITE)
    @Operation(
            summary = "Check the credential of a provider account",
            description = "Asks the provider something that costs nothing. It changes nothing.")
    @APIResponseSchema(CheckView.class)
    public Uni<Response> check(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> store.find(id).compose(found -> {
            AccountRecord account = reached(principal, found);
            return secret(account)
                    .compose(secret -> checks.verdict(account, provider(account.provider()), secret))
                    .map(verdict -> Answer.ok(AdminJson.object(CheckView.of(verdict))));
        }));
    }

    @DELETE
    @Path("{id}")
    @Requires(Permission.PROVIDERS_WRITE)
    @Operation(
            summary = "Delete a provider account",
            description = "For good, with its credential. Requests under way go on; the ledger keeps what it was used"
                    + " for.")
    @APIResponse(responseCode = "204", description = "It is deleted.")
    public Uni<Response> delete(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return admin.change(change -> store.lock(change, id).compose(found -> {
                    AccountRecord before = reached(principal, found);
                    ifMatch.mustBe(before.version());
                    change.record(TYPE + ".delete", TYPE, id, before.owner().organizationId(), view(before), null);
                    return store.delete(change, id).map(_ -> Answer.noContent());
                }))
                .onItem()
                .call(_ -> inForce());
    }

    /** Whom it is for: an organization's administrator makes accounts of that organization alone. */
    private Owner owner(AccountBody body) {
        String organizationId = admin.principal().scope(body.organizationId());
        if (organizationId == null && body.clientId() != null) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    "organization_id: missing (expected: the client's organization)",
                    "organization_id");
        }
        return new Owner(organizationId, body.clientId());
    }

    /** Before the transaction, which waits for nobody outside. */
    private Future<Void> looked(AccountRecord asked, Provider at, @Nullable String secret, boolean checked) {
        return checks.mustBeReachable(asked, at)
                .compose(_ -> checked ? checks.mustBeGood(asked, at, secret) : Future.succeededFuture());
    }

    private Future<Void> lookedBefore(AccountRecord before, AccountBody body, @Nullable String given) {
        Provider at = provider(before.provider());
        AccountRecord asked = body.applyTo(before, at, clock.instant());
        boolean isOtherwise = given != null
                || !Objects.equals(asked.baseUrl(), before.baseUrl())
                || !Objects.equals(asked.azure(), before.azure())
                || (asked.isEnabled() && !before.isEnabled());
        if (!isOtherwise) {
            return Future.succeededFuture();
        }
        boolean newSecret = given != null || body.takesCredentialAway();
        mustNotLeadElsewhere(before, asked, at, newSecret);
        boolean checked = body.wantsCheck() && asked.isEnabled();
        Future<@Nullable String> secret = !checked || newSecret ? Future.succeededFuture(given) : secret(before);
        return secret.compose(known -> looked(asked, at, known, checked));
    }

    /** Else whoever may change the account could have its credential sent to a host of theirs. */
    private static void mustNotLeadElsewhere(
            AccountRecord before, AccountRecord asked, Provider at, boolean newSecret) {
        if (before.credential() != null && !newSecret && !before.url(at).equals(asked.url(at))) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    "credential: missing (expected: it again, because it would be sent to another place)",
                    "credential");
        }
    }

    private static void mustHaveCredential(AccountRecord asked, Provider at, boolean has) {
        if (!has && (at.needsCredential() || asked.entra() != null)) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE, "credential: missing, and " + at.label() + " needs one", "credential");
        }
    }

    private static void mustHaveRoom(Optional<Long> count) {
        long there = count.orElseThrow(() -> new Problem(
                ProblemCode.OBJECT_NOT_FOUND, "There is no such organization or client.", "organization_id"));
        if (there >= ACCOUNTS_MAX) {
            throw new Problem(
                    ProblemCode.CONFLICT, "There are " + there + " accounts (expected: at most " + ACCOUNTS_MAX + ").");
        }
    }

    private Future<@Nullable String> secret(AccountRecord account) {
        return store.secret(account.id())
                .<@Nullable String>map(found -> found.orElse(null))
                .recover(failure -> Future.failedFuture(
                        failure instanceof Vault.Unopenable
                                ? new Problem(ProblemCode.VAULT_LOCKED, String.valueOf(failure.getMessage()))
                                : failure));
    }

    /** Here at once; other replicas hear of it within half a second. */
    private Uni<Void> inForce() {
        return AdminRequest.uni(() -> feed.refresh().<Void>mapEmpty().otherwiseEmpty());
    }

    private Provider provider(String name) {
        return catalog.find(name)
                .orElseThrow(() -> AccountBody.invalid(
                        "provider",
                        "expected: one of "
                                + String.join(
                                        ", ",
                                        catalog.all().stream()
                                                .map(Provider::name)
                                                .toList())));
    }

    /** That a credential was set is recorded, and nothing of it but how it ends. */
    private void record(
            Change change, String verb, @Nullable AccountRecord before, AccountRecord after, boolean newSecret) {
        JsonObject became = view(after);
        if (newSecret) {
            became.put("credential_changed", true);
        }
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.id(),
                after.owner().organizationId(),
                before == null ? null : view(before),
                became);
    }

    private Answer answer(AccountRecord account) {
        return Answer.ok(view(account)).withVersion(account.version());
    }

    private JsonObject view(AccountRecord account) {
        return AdminJson.object(shown(account));
    }

    private AccountView shown(AccountRecord account) {
        return AccountView.of(
                account,
                provider(account.provider()),
                feed.problem(account.id()).orElse(null));
    }

    /** What is out of reach is as if it weren't there. */
    private static AccountRecord reached(Principal principal, Optional<AccountRecord> found) {
        return found.filter(account -> principal.reaches(account.owner().organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such account."));
    }
}
