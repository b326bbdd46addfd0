package dev.tollgate.admin.settings;

import dev.tollgate.access.Answer;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.settings.Cascade;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.Place;
import dev.tollgate.settings.SettingsPlan;
import dev.tollgate.settings.pg.PgSettings;
import dev.tollgate.settings.pg.PgSettings.Locked;
import dev.tollgate.settings.pg.SettingsFeed;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of settings: plans them on what is locked, writes all steps and their audit lines in one transaction, and
 * answers when they are in force in this process. Other replicas follow within a second.
 */
@Singleton
public class SettingsChanges {
    private static final String TYPE = "settings";
    private static final long PATIENCE_SECONDS = 5;

    private final AdminRequest admin;
    private final PgSettings store;
    private final SettingsFeed feed;

    public SettingsChanges(AdminRequest admin, PgSettings store, SettingsFeed feed) {
        this.admin = admin;
        this.store = store;
        this.feed = feed;
    }

    /**
     * How a change is made.
     *
     * @param verb for the audit log: {@code update}
     * @param dryRun whether only to tell what it would do
     */
    record How(String organizationId, String verb, Cascade cascade, boolean dryRun) {}

    /** Says what to set, knowing what is set. */
    interface Wish {
        Future<Map<Place, Optional<FeatureSettings>>> of(Change change, Locked locked);
    }

    Uni<Response> make(How how, Wish wish) {
        return admin.change(change -> store.lock(change, how.organizationId)
                        .compose(locked -> mustLive(change, how.organizationId)
                                .compose(_ -> wish.of(change, locked))
                                .compose(asked -> clientsMustLive(change, how.organizationId, asked)
                                        .map(_ -> locked.settings().plan(asked, how.cascade)))
                                .compose(plan -> make(change, how, locked, plan))))
                .call(() -> AdminRequest.uni(this::inForce));
    }

    private Future<Answer> make(Change change, How how, Locked locked, SettingsPlan plan) {
        if (how.dryRun || plan.mustBePossible().steps().isEmpty()) {
            change.nothingChanged();
            return Future.succeededFuture(answer(how, plan, null));
        }
        return store.write(change, how.organizationId, locked, plan.steps()).map(version -> {
            plan.steps().forEach(step -> record(change, how, step));
            return answer(how, plan, version).withVersion(version);
        });
    }

    private static Answer answer(How how, SettingsPlan plan, @Nullable Long version) {
        return Answer.ok(AdminJson.object(ChangeView.of(how.organizationId, plan, how.dryRun, version)));
    }

    /** Under the client's id, so that what is said of a client can be found, and erased, by it. */
    private static void record(Change change, How how, SettingsPlan.Step step) {
        String clientId = step.place().clientId();
        change.record(
                TYPE + "." + (step.cascaded() ? "narrow" : how.verb),
                TYPE,
                clientId == null ? how.organizationId : clientId,
                how.organizationId,
                audited(step.place(), step.before()),
                audited(step.place(), step.after()));
    }

    private static @Nullable JsonObject audited(Place place, @Nullable FeatureSettings settings) {
        return settings == null
                ? null
                : new JsonObject().put("feature", place.feature()).put("settings", settings.toJson());
    }

    private Future<Void> mustLive(Change change, String organizationId) {
        return store.hasEnded(change, organizationId).map(ended -> {
            if (ended.orElseThrow(() -> unknown("organization_id", organizationId))) {
                throw new Problem(
                        ProblemCode.CONFLICT, "The organization is archived, and stays as it is.", "organization_id");
            }
            return null;
        });
    }

    private Future<Void> clientsMustLive(
            Change change, String organizationId, Map<Place, Optional<FeatureSettings>> asked) {
        Set<String> clients = asked.keySet().stream()
                .map(Place::clientId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        if (clients.isEmpty()) {
            return Future.succeededFuture();
        }
        return store.living(change, organizationId, clients).map(living -> {
            Set<String> missing = new HashSet<>(clients);
            missing.removeAll(living);
            if (!missing.isEmpty()) {
                throw unknown("client_id", missing.iterator().next());
            }
            return null;
        });
    }

    static Problem unknown(String member, String id) {
        return new Problem(
                ProblemCode.OBJECT_NOT_FOUND, member + ": there is no " + id + ", or it is archived", member);
    }

    /** What was committed is done, also where this process can't read it again at once. */
    private Future<Integer> inForce() {
        return feed.refresh().timeout(PATIENCE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
    }
}
