package dev.tollgate.admin.alerts;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.Receivers;
import dev.tollgate.alerts.SecretUrl;
import dev.tollgate.alerts.SigningSecret;
import dev.tollgate.alerts.Subscription;
import dev.tollgate.alerts.Target;
import dev.tollgate.alerts.Target.PreviousSecret;
import dev.tollgate.alerts.Target.Webhook;
import dev.tollgate.alerts.pg.PgChannels;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Channels: where alerts are told. */
@Path("/admin/v1/alert-channels")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class AlertChannelsResource {
    static final String TYPE = "alert_channel";
    private static final int CHANNELS_MAX = 50;
    private static final long OVERLAP_SECONDS = 24 * 60 * 60;
    private static final long OVERLAP_SECONDS_MAX = 7 * OVERLAP_SECONDS;

    private final AdminRequest admin;
    private final PgChannels channels;
    private final Receivers receivers;
    private final ChannelTests tests;
    private final RandomGenerator random;
    private final InstantSource clock;

    /** @param random makes secrets, so it must be cryptographically strong */
    public AlertChannelsResource(
            AdminRequest admin,
            PgChannels channels,
            Receivers receivers,
            ChannelTests tests,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.channels = channels;
        this.receivers = receivers;
        this.tests = tests;
        this.random = random;
        this.clock = clock;
    }

    @GET
    @Requires(Permission.ALERTS_READ)
    @Operation(summary = "List alert channels")
    public Uni<Page<ChannelView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        String scope = admin.principal().scope(organizationId);
        return AdminRequest.uni(() -> channels.list(scope, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, ChannelView::of, Channel::id));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.ALERTS_READ)
    @Operation(summary = "Read an alert channel")
    @APIResponseSchema(ChannelView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> channels.find(id).map(found -> answer(reached(principal, found))));
    }

    @POST
    @Requires(Permission.ALERTS_WRITE)
    @Operation(
            summary = "Create an alert channel",
            description = "The signing secret of a webhook is shown in this answer and never again. A URL must be https"
                    + " and lead to a public address, unless its host is within `TOLLGATE_TRUSTED_NETWORKS`.")
    @APIResponseSchema(value = ChannelWithSecret.class, responseCode = "201")
    public Uni<Response> create(ChannelBody body) {
        String organizationId = admin.principal().scope(body.organizationId());
        Instant now = clock.instant();
        Channel asked = new Channel(
                "chn_" + Credential.newPublicId(random),
                organizationId,
                body.givenName(),
                body.subscription(Subscription.ALL, organizationId),
                body.enabled() == null || body.enabled(),
                body.newTarget(() -> SigningSecret.generate(random)),
                now,
                now,
                /* version= */ 1);
        Uni<Response> created = admin.change(change -> channels.count(change, organizationId)
                .compose(count -> {
                    mustHaveRoom(count);
                    return channels.create(change, asked);
                })
                .map(channel -> {
                    record(change, "create", null, channel);
                    Answer answer = Answer.created(
                                    "/admin/v1/alert-channels/" + channel.id(), shown(channel, secret(channel)))
                            .withVersion(channel.version());
                    return channel.target() instanceof Webhook ? answer.showingSecretOnce() : answer;
                }));
        return AdminRequest.uni(() -> mayBePostedTo(asked.target().urlOrNull())).flatMap(_ -> created);
    }

    @PATCH
    @Path("{id}")
    @Requires(Permission.ALERTS_WRITE)
    @Operation(
            summary = "Change an alert channel",
            description = "What is left out stays. What is under way already goes where it was meant to go.")
    @APIResponseSchema(ChannelView.class)
    public Uni<Response> change(@PathParam("id") String id, ChannelBody body) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        SecretUrl url = body.givenUrl();
        Uni<Response> changed = admin.change(change -> channels.lock(change, id).compose(found -> {
            Channel before = reached(principal, found);
            ifMatch.mustBe(before.version());
            Channel asked = body.applyTo(before);
            if (asked.equals(before)) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            return channels.update(change, asked).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
        return AdminRequest.uni(() -> mayBePostedTo(url)).flatMap(_ -> changed);
    }

    @POST
    @Path("{id}/rotate")
    @Requires(Permission.ALERTS_WRITE)
    @Operation(
            summary = "Rotate the signing secret of a webhook",
            description = "The new secret is shown in this answer and never again. For a while messages are signed by"
                    + " the one before, too.")
    @APIResponseSchema(ChannelWithSecret.class)
    public Uni<Response> rotate(@PathParam("id") String id, SecretRotation rotation) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        long overlap = rotation.overlapSeconds() == null ? OVERLAP_SECONDS : rotation.overlapSeconds();
        if (overlap < 0 || overlap > OVERLAP_SECONDS_MAX) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "overlap_seconds: " + overlap + " (expected: 0.." + OVERLAP_SECONDS_MAX + ")",
                    "overlap_seconds");
        }
        Instant until = clock.instant().plusSeconds(overlap);
        SigningSecret renewed = SigningSecret.generate(random);
        return admin.change(change -> channels.lock(change, id).compose(found -> {
            Channel before = reached(principal, found);
            ifMatch.mustBe(before.version());
            if (!(before.target() instanceof Webhook webhook)) {
                throw new Problem(ProblemCode.CONFLICT, "Only a webhook has a signing secret.");
            }
            PreviousSecret previous = overlap == 0 ? null : new PreviousSecret(webhook.secret(), until);
            Channel asked = with(before, new Webhook(webhook.url(), renewed, previous));
            return channels.update(change, asked).map(after -> {
                record(change, "rotate", before, after);
                return Answer.ok(shown(after, renewed))
                        .withVersion(after.version())
                        .showingSecretOnce();
            });
        }));
    }

    @POST
    @Path("{id}/test")
    @Requires(Permission.ALERTS_WRITE)
    @Operation(
            summary = "Test an alert channel",
            description =
                    "Sends a message of the kind `test` at once, also over a channel that is not enabled, and tells"
                            + " how that went. It is sent once and not tried again.")
    @APIResponseSchema(TestView.class)
    public Uni<Response> test(@PathParam("id") String id) {
        Principal principal = admin.principal();
        ChannelTests.Run run = tests.run();
        Uni<Response> recorded = admin.change(change -> {
            change.record(
                    TYPE + ".test", TYPE, id, run.channel().organizationId(), null, AdminJson.object(run.result()));
            return Future.succeededFuture(Answer.ok(AdminJson.object(run.result())));
        });
        return AdminRequest.uni(() -> channels.find(id).compose(found -> run.make(reached(principal, found))))
                .flatMap(_ -> recorded);
    }

    @DELETE
    @Path("{id}")
    @Requires(Permission.ALERTS_WRITE)
    @Operation(
            summary = "Delete an alert channel",
            description =
                    "For good, with its secrets. What waits for it is cancelled; the log of its deliveries stays.")
    @APIResponse(responseCode = "204", description = "It is deleted.")
    public Uni<Response> delete(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return admin.change(change -> channels.lock(change, id).compose(found -> {
            Channel before = reached(principal, found);
            ifMatch.mustBe(before.version());
            change.record(TYPE + ".delete", TYPE, id, before.organizationId(), view(before), null);
            return channels.delete(change, id).map(_ -> Answer.noContent());
        }));
    }

    /** A host whose name leads nowhere may lead somewhere later; it is looked at again for each message. */
    private Future<Void> mayBePostedTo(@Nullable SecretUrl url) {
        if (url == null) {
            return Future.succeededFuture();
        }
        return receivers.find(url).<Void>mapEmpty().recover(failure -> {
            if (failure instanceof Receivers.Refused) {
                return Future.failedFuture(
                        new Problem(ProblemCode.INVALID_VALUE, "url: " + failure.getMessage(), "url"));
            }
            return Future.succeededFuture();
        });
    }

    private static void mustHaveRoom(Optional<Long> count) {
        long there = count.orElseThrow(
                () -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such organization.", "organization_id"));
        if (there >= CHANNELS_MAX) {
            throw new Problem(
                    ProblemCode.CONFLICT, "There are " + there + " channels (expected: at most " + CHANNELS_MAX + ").");
        }
    }

    private static Channel with(Channel base, Target target) {
        return new Channel(
                base.id(),
                base.organizationId(),
                base.name(),
                base.subscription(),
                base.enabled(),
                target,
                base.createdAt(),
                base.updatedAt(),
                base.version());
    }

    private static @Nullable SigningSecret secret(Channel channel) {
        return channel.target() instanceof Webhook webhook ? webhook.secret() : null;
    }

    private static JsonObject shown(Channel channel, @Nullable SigningSecret secret) {
        return AdminJson.object(
                new ChannelWithSecret(ChannelView.of(channel), secret == null ? null : secret.reveal()));
    }

    /** That a URL was changed is recorded, and neither URL. */
    private static void record(Change change, String verb, @Nullable Channel before, Channel after) {
        JsonObject became = view(after);
        if (before != null
                && !Objects.equals(before.target().urlOrNull(), after.target().urlOrNull())) {
            became.put("url_changed", true);
        }
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.id(),
                after.organizationId(),
                before == null ? null : view(before),
                became);
    }

    private static Answer answer(Channel channel) {
        return Answer.ok(view(channel)).withVersion(channel.version());
    }

    private static JsonObject view(Channel channel) {
        return AdminJson.object(ChannelView.of(channel));
    }

    /** What is out of reach is as if it weren't there. */
    private static Channel reached(Principal principal, Optional<Channel> found) {
        return found.filter(channel -> principal.reaches(channel.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such channel."));
    }
}
