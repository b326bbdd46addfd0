package dev.tollgate.admin.alerts;

import dev.tollgate.admin.Given;
import dev.tollgate.alerts.AlertEvent;
import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.SecretUrl;
import dev.tollgate.alerts.Severity;
import dev.tollgate.alerts.SigningSecret;
import dev.tollgate.alerts.Subscription;
import dev.tollgate.alerts.Target;
import dev.tollgate.alerts.Target.Email;
import dev.tollgate.alerts.Target.Locked;
import dev.tollgate.alerts.Target.Slack;
import dev.tollgate.alerts.Target.Teams;
import dev.tollgate.alerts.Target.Webhook;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a request says of a channel. A component that is null was left out; only {@code kinds} may be given as null. */
@Schema(example = """
        {"name": "On call", "type": "webhook", "url": "https://hooks.example.com/tollgate",
         "kinds": ["budget.*"], "severity_min": "warning", "enabled": true}
        """)
public record ChannelBody(
        @Schema(description = "Whose alerts it tells, for good; by default the token's, or the platform's.") @Nullable
        String organizationId,

        @Schema(description = "For people, 1 to 200 characters. Required of what is new.", maxLength = 200) @Nullable
        String name,

        @Schema(
                description = "For good. Required of what is new.",
                enumeration = {"webhook", "slack", "teams", "email"})
        @Nullable
        String type,

        @Schema(
                description = "Where messages are posted to. It is a secret: no answer has it. Required of what is new,"
                        + " but for e-mail.")
        @Nullable
        String url,

        @Schema(description = "Mailboxes, 1 to 20. Required of a new e-mail channel.") @Nullable
        List<@Nullable String> addresses,

        @Schema(description = "Names of alerts, or beginnings with a star, up to 50; null or none wants all.") @Nullable
        Optional<List<@Nullable String>> kinds,

        @Schema(
                description = "The least severity it tells; all by default.",
                enumeration = {"info", "warning", "critical"})
        @Nullable
        String severityMin,

        @Schema(description = "Whether a channel of the platform tells the alerts of all organizations, too.") @Nullable
        Boolean includesOrganizations,

        @Schema(description = "False tells nothing; what waits goes on waiting.") @Nullable
        Boolean enabled) {
    private static final int NAME_LENGTH_MAX = 200;
    private static final int ADDRESSES_MAX = 20;
    private static final int ADDRESS_LENGTH_MAX = 254;
    private static final int KINDS_MAX = 50;
    private static final Pattern ADDRESS = Pattern.compile("[!-~&&[^@<>,;:\"()\\[\\]\\\\]]+@[A-Za-z0-9.-]+");
    private static final Pattern KIND = Pattern.compile("[a-z0-9_.]+\\*?");

    /** The target of something new. */
    Target newTarget(Supplier<SigningSecret> secrets) {
        String wanted = Given.required("type", type);
        return switch (wanted) {
            case "webhook" -> new Webhook(requiredUrl(), secrets.get(), null);
            case "slack" -> new Slack(requiredUrl());
            case "teams" -> new Teams(requiredUrl());
            case "email" -> new Email(requiredAddresses());
            default -> throw invalid("type", "expected: webhook, slack, teams or email");
        };
    }

    /** The channel with what was given in place of what it was. */
    Channel applyTo(Channel base) {
        if (type != null && !type.equals(base.target().type())) {
            throw invalid("type", "stays what it is (expected: " + base.target().type() + ", or left out)");
        }
        if (organizationId != null && !Objects.equals(organizationId, base.organizationId())) {
            throw invalid("organization_id", "stays what it is (expected: left out)");
        }
        return new Channel(
                base.id(),
                base.organizationId(),
                name == null ? base.name() : givenName(),
                subscription(base.subscription(), base.organizationId()),
                enabled == null ? base.enabled() : enabled,
                target(base.target()),
                base.createdAt(),
                base.updatedAt(),
                base.version());
    }

    String givenName() {
        return Given.text("name", name, NAME_LENGTH_MAX);
    }

    Subscription subscription(Subscription base, @Nullable String owner) {
        boolean includes = includesOrganizations == null ? base.includesOrganizations() : includesOrganizations;
        if (includes && owner != null) {
            throw invalid("includes_organizations", "only a channel of the platform does");
        }
        return new Subscription(
                kinds == null ? base.kinds() : givenKinds(kinds.orElse(List.of())),
                severityMin == null ? base.severityMin() : severity(severityMin),
                includes);
    }

    private Target target(Target base) {
        if (url == null && addresses == null) {
            return base;
        }
        return switch (base) {
            case Webhook webhook -> new Webhook(requiredUrl(), webhook.secret(), webhook.previous());
            case Slack _ -> new Slack(requiredUrl());
            case Teams _ -> new Teams(requiredUrl());
            case Email _ -> new Email(requiredAddresses());
            case Locked locked -> throw new Problem(ProblemCode.VAULT_LOCKED, locked.reason());
        };
    }

    /** The URL that was given, if one was. */
    @Nullable
    SecretUrl givenUrl() {
        try {
            return url == null ? null : SecretUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw invalid("url", String.valueOf(e.getMessage()));
        }
    }

    private SecretUrl requiredUrl() {
        if (addresses != null) {
            throw invalid("addresses", "only an e-mail channel has them");
        }
        return Given.required("url", givenUrl());
    }

    private List<String> requiredAddresses() {
        if (url != null) {
            throw invalid("url", "an e-mail channel has none");
        }
        List<@Nullable String> given = Given.required("addresses", addresses);
        if (given.isEmpty() || given.size() > ADDRESSES_MAX) {
            throw invalid("addresses", given.size() + " (expected: 1 to " + ADDRESSES_MAX + ")");
        }
        return given.stream()
                .map(address -> {
                    if (address == null
                            || address.length() > ADDRESS_LENGTH_MAX
                            || !ADDRESS.matcher(address).matches()) {
                        throw invalid("addresses", "expected: e-mail addresses, such as ops@example.com");
                    }
                    return address;
                })
                .toList();
    }

    private static List<String> givenKinds(List<@Nullable String> given) {
        if (given.size() > KINDS_MAX) {
            throw invalid("kinds", given.size() + " (expected: at most " + KINDS_MAX + ")");
        }
        return given.stream()
                .map(kind -> {
                    if (kind == null
                            || kind.length() > AlertEvent.KIND_LENGTH_MAX
                            || !KIND.matcher(kind).matches()) {
                        throw invalid("kinds", "expected: names of alerts, such as budget.threshold or budget.*");
                    }
                    return kind;
                })
                .toList();
    }

    private static Severity severity(String label) {
        return Severity.of(label).orElseThrow(() -> invalid("severity_min", "expected: info, warning or critical"));
    }

    private static Problem invalid(String member, String message) {
        return new Problem(ProblemCode.INVALID_VALUE, member + ": " + message, member);
    }
}
