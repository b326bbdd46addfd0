package dev.tollgate.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings of one process. Each is set by the environment variable of its name: {@code TOLLGATE_PORT}. */
@ConfigMapping(prefix = "tollgate")
public interface TollgateConfig {
    /** Port of the API. 0 takes any free one. */
    @WithDefault("8080")
    int port();

    /** Address that is listened on. {@code 0.0.0.0} opens Tollgate to other machines. */
    @WithDefault("127.0.0.1")
    String host();

    /**
     * Port of administration, metrics and health. When it is set these are served there alone, and not beside the API.
     */
    OptionalInt adminPort();

    /** Folder of what Tollgate keeps: the database it brings along and the secrets it made. */
    @WithDefault("${user.home}/.tollgate")
    String data();

    /** A {@code tollgate.yaml} with what is declared in a file, such as prices. */
    Optional<String> config();

    /** The token of administration. When none is given one is made and kept in the data folder. */
    Optional<String> adminToken();

    /**
     * Whether the simulated provider answers. By default it does where no provider is configured and Tollgate brings its
     * own database along.
     */
    Optional<Boolean> simulated();

    /**
     * Who may use the accounts of the environment: {@code first}, the first organization alone, or {@code platform}, all
     * organizations, each seeing only what it created. By default {@code first} with the database that Tollgate brings
     * along and {@code platform} with one of your own.
     */
    Optional<AccountOwner> accountOwner();

    /** Requests whose reply does not carry their cost, such as batches: {@code refuse} them, or {@code allow} them unbooked. */
    @WithDefault("refuse")
    Unmetered unmetered();

    /**
     * The tier that holds for organizations that have none, such as {@code default}, with which Tollgate comes and which has
     * a budget of 10 USD a month. When it is not set they have no tier, and the limits that they are given alone. An
     * organization whose tier is not known has the tier {@code default} in any case.
     */
    Optional<String> defaultTier();

    /**
     * How long a request waits for a slot where as many are under way as a limit of concurrency allows, those with a higher
     * priority first; {@code 0} for not at all, so that priority means nothing.
     */
    @WithDefault("500ms")
    Duration slotPatience();

    /** How long a request waits where requests under way hold what is left of a budget; then it is told to try again. */
    @WithDefault("500ms")
    Duration budgetPatience();

    /**
     * How long a request waits for the Redis that replicas share rates and slots in; then its own replica decides. Several
     * that have waited in vain make all go on without Redis, until it answers again.
     */
    @WithDefault("20ms")
    Duration redisPatience();

    /**
     * What becomes of a request for which too little is left of a budget: {@code fit} caps its output to what is left,
     * {@code refuse} refuses it.
     */
    @WithDefault("fit")
    WhenShort budgetShort();

    /** Output tokens below which an answer is of no use, so that a request is refused rather than capped to less. */
    @WithDefault("256")
    long budgetLeastOutput();

    /**
     * How often OpenAI may use its own tools for a response ({@code max_tool_calls}) where the request doesn't say and a hard
     * budget or price limit holds for it. It is put into the request, and lowered where too little is left. With 0 such requests
     * are unbounded.
     */
    @WithDefault("16")
    long toolCalls();

    /**
     * Requests whose cost nothing bounds, because they refer to text that Tollgate can't see or use unlimited tools, where a
     * hard budget holds for them: {@code refuse} or {@code allow}. Allowed ones can overspend it.
     */
    @WithDefault("refuse")
    Unbounded unbounded();

    /**
     * Dollars that a process may let through over money budgets while its database is away and what it was granted before
     * is used up. 0 refuses. What is let through is booked, and may exceed the budget by so much for each replica.
     */
    @WithDefault("0")
    String budgetOverdraft();

    /** Months that windows of budgets are kept after they have ended, with what is known of them. */
    @WithDefault("13")
    int budgetRetention();

    /**
     * What a process does that has not heard for {@code TOLLGATE_STOPS_SILENCE} whether spend was stopped, because its database
     * is away: {@code allow} requests by the rules known last, or {@code refuse} them with 503 until it hears again.
     */
    @WithDefault("allow")
    Unheard stopsUnheard();

    /** How long a process may be without news of stops before it refuses requests, if it does; at least 2 s. */
    @WithDefault("15s")
    Duration stopsSilence();

    /**
     * Dollars per million input tokens that a model without a price is charged at. Set together with the output's; as long
     * as they are not set such models are refused.
     */
    Optional<String> unpricedInput();

    /** Dollars per million output tokens that a model without a price is charged at. */
    Optional<String> unpricedOutput();

    /**
     * Which requests may be given an answer again: {@code deterministic}, those at temperature 0 or with a seed that offer no
     * tools, and embeddings, {@code all} whose answer does nothing but tell, or {@code off}. Settings of features narrow or
     * widen it; {@code off} holds for all.
     */
    @WithDefault("deterministic")
    CachedRequests cache();

    /**
     * The same for models and routes by name, or by a beginning with a star, of which the first that fits holds:
     * {@code support-bot:all,live-*:off}.
     */
    Optional<String> cacheRoutes();

    /** Who shares answers where no settings of features say otherwise. */
    @WithDefault("client")
    CacheSharing cacheSharing();

    /** How long an answer may be given again, where no settings of features say otherwise. */
    @WithDefault("1h")
    Duration cacheTtl();

    /** Bytes of memory for answers that may be given again; 0 keeps none there. */
    @WithDefault("67108864")
    long cacheMemoryBytes();

    /** The largest answer in bytes that is kept to be given again. */
    @WithDefault("1048576")
    int cacheAnswerBytesMax();

    /** Another number drops all answers that are kept. */
    @WithDefault("0")
    long cacheVersion();

    /** How long the pause is between two chunks of a stream that is given again; {@code 0s} sends it at once. */
    @WithDefault("0s")
    Duration cachePace();

    /**
     * Pools in which organizations share answers, if the settings of their features say so: {@code faq:org_1,faq:org_2}. Each is
     * in one at most.
     */
    Optional<String> cachePools();

    /** Largest body of a request in bytes, also after decompression. */
    @WithDefault("33554432")
    int bodyBytesMax();

    /** How long to wait for the next bytes of a request's body. */
    @WithDefault("60s")
    Duration bodyPatience();

    /** How long a client's connection may be without a request. */
    @WithDefault("75s")
    Duration keepAlive();

    /**
     * Largest JSON answer in bytes that is held until it is complete, so that its head can carry its cost; and how much is
     * kept of an answer that several requests share while it comes.
     */
    @WithDefault("1048576")
    int wholeAnswerBytesMax();

    /** How long connecting to a provider may take. */
    @WithDefault("5s")
    Duration connectTimeout();

    /** How long a provider may take until the first byte of its answer. */
    @WithDefault("10m")
    Duration firstByteTimeout();

    /**
     * How long all attempts to serve a request, and the pauses between them, may take until an answer begins. No attempt is
     * begun that would hardly end in time.
     */
    @WithDefault("10m")
    Duration attemptsTimeout();

    /** How long a stream may take to begin as long as another candidate of its route could serve the request. */
    @WithDefault("60s")
    Duration failoverPatience();

    /**
     * How often a request is sent again to where it failed in passing, when all other candidates have been tried: 0 to 10.
     */
    @WithDefault("2")
    int retries();

    /** How long to wait at most before the first time; twice as long each time. How long it is, is drawn by chance. */
    @WithDefault("250ms")
    Duration retryPause();

    /** How long to wait at most before any time. A provider that asks for a longer pause is not asked again. */
    @WithDefault("5s")
    Duration retryPauseMax();

    /**
     * Which requests for a model, rather than a route, are sent again where no other account shares them: {@code unsent} ones
     * that reached nobody, or {@code all}, also those that were answered with 429 or another error that may pass, which client
     * libraries send again by themselves; {@code none} also keeps them from other accounts.
     */
    @WithDefault("unsent")
    RetryUnrouted retryUnrouted();

    /**
     * How many attempts of one request may end without anybody knowing whether they are billed, because the provider was
     * silent or broke off, and yet be followed by another candidate: 0 to 5.
     */
    @WithDefault("1")
    int unknownAttempts();

    /**
     * Who pays what an attempt may have cost that came to nothing by the provider's fault: the {@code owner} of the account,
     * or the {@code caller}.
     */
    @WithDefault("owner")
    LostAttempts lostAttempts();

    /** Requests under way at once at one model of one account, from this process; 0 for any number. */
    @WithDefault("0")
    int callsPerModel();

    /** How long a provider may pause within its answer. */
    @WithDefault("5m")
    Duration idleTimeout();

    /** Connections to one provider from one event loop; requests beyond it wait for one. */
    @WithDefault("2048")
    int upstreamConnections();

    /**
     * After how many refusals in a row of an account's credential its provider is asked whether it is good; where it says
     * no, the account is disabled, and an alert raised.
     */
    @WithDefault("5")
    int accountRefusals();

    /**
     * How often each provider account is checked, apart from requests, by something that costs nothing; {@code 0} for never,
     * so that nobody knows which ones are down. Of several replicas one checks.
     */
    @WithDefault("30s")
    Duration providerChecks();

    /**
     * When a provider account that is not up is alerted again, as critical: how long after its trouble began, with commas
     * between them.
     */
    @WithDefault("15m,1h,4h,24h")
    List<Duration> providerEscalations();

    /** An HTTP proxy that providers are reached through: {@code http://user:password@host:port}. */
    Optional<String> proxy();

    /** A PEM file of certificate authorities that are trusted beside the system's. */
    Optional<String> trustedCertificates();

    /** A PEM file with the certificate that is shown to providers. */
    Optional<String> clientCertificate();

    /** A PEM file with the key of that certificate. */
    Optional<String> clientKey();

    /** A PEM file with the certificate to serve HTTPS with. */
    Optional<String> tlsCertificate();

    /** A PEM file with the key of that certificate. */
    Optional<String> tlsKey();

    /** Folder of the journal, one for each process. By default {@code journal} in the data folder. */
    Optional<String> journal();

    /** Bytes that the journal may have on the disk. When entries that wait for the database fill them requests are refused. */
    @WithDefault("1073741824")
    long journalBytesMax();

    /**
     * When the journal is forced to the disk: {@code group}, about every 100 ms in the background, or {@code none}, when the
     * operating system likes. It decides what a power cut can lose; a killed process loses nothing either way.
     */
    @WithDefault("group")
    JournalSync journalSync();

    /** Time between two batches of ledger entries. */
    @WithDefault("300ms")
    Duration ledgerInterval();

    /**
     * Months of ledger entries that are kept beside the current one; older ones are dropped for good, sums per quarter
     * hour stay. Without it all are kept.
     */
    OptionalInt ledgerRetention();

    /**
     * A secret of at least 16 characters that end users are hashed with. All replicas must have the same one. When none is
     * given one is made and kept in the data folder.
     */
    Optional<String> endUserSecret();

    /**
     * The master key that secrets in the database are encrypted under: 32 bytes, as 64 hexadecimal digits or in Base64. All
     * replicas must have the same. Several with commas between them: the first encrypts, all decrypt, and what is under
     * another than the first is encrypted anew at start. With the database that Tollgate brings along one is made and kept
     * in the data folder.
     */
    Optional<String> masterKey();

    /** A file with the master key, or several in lines, instead of {@code TOLLGATE_MASTER_KEY}. */
    Optional<String> masterKeyFile();

    /**
     * A key of a transit engine of HashiCorp Vault or OpenBao, such as
     * {@code https://vault.example.com:8200/v1/transit/keys/tollgate}, under which the master key is wrapped:
     * {@code vault:v1:…} in place of its bytes.
     */
    Optional<String> keyService();

    /** The token for the key service. */
    Optional<String> keyServiceToken();

    /** A file with the token for the key service, such as an agent keeps up to date, instead of the token itself. */
    Optional<String> keyServiceTokenFile();

    /**
     * Private networks that alerts may be posted to and customers' own accounts may be at, also over plain HTTP: CIDRs with
     * commas between them, such as {@code 10.1.0.0/16,fd12::/16}. Without it only public addresses are.
     */
    Optional<String> trustedNetworks();

    /** Whether answers are cached in Redis, too, where there is one. */
    @WithDefault("true")
    boolean cacheRedis();

    /** Whether answers are cached in PostgreSQL, too. */
    @WithDefault("true")
    boolean cachePostgres();

    /** How long a request waits for an answer that Redis or PostgreSQL may have; then the provider is asked. */
    @WithDefault("20ms")
    Duration cachePatience();

    /** Bytes that cached answers may take in PostgreSQL. Beyond it those that expire first go, as many as expire together. */
    @WithDefault("1073741824")
    long cachePostgresBytesMax();

    /**
     * Bytes of memory in which each process knows the keys of answers in PostgreSQL, two for each. With less, more questions
     * to it are in vain.
     */
    @WithDefault("16777216")
    long cacheKeysBytesMax();

    /** Whether answers are encrypted in Redis and PostgreSQL, by a key that is itself encrypted under the master key. */
    @WithDefault("false")
    boolean cacheEncrypted();

    /** How long to wait at most after the first attempt to deliver an alert; each later wait is three times as long. */
    @WithDefault("5s")
    Duration alertRetryDelay();

    /** How long requests under way may go on when Tollgate is told to stop. */
    @WithDefault("30s")
    Duration shutdownGrace();

    /** Whether every request is logged in a line. */
    @WithDefault("false")
    boolean accessLog();

    /** Whose the accounts of the environment are. */
    enum AccountOwner {
        FIRST,
        PLATFORM
    }

    /** Which requests may be given an answer again. */
    enum CachedRequests {
        OFF,
        DETERMINISTIC,
        ALL
    }

    /** Who shares answers. */
    enum CacheSharing {
        CLIENT,
        ORGANIZATION
    }

    /** Which requests for a model are sent again. */
    enum RetryUnrouted {
        NONE,
        UNSENT,
        ALL
    }

    /** Who pays what an attempt may have cost that came to nothing by the provider's fault. */
    enum LostAttempts {
        OWNER,
        CALLER
    }

    /** When the journal is forced to the disk. */
    enum JournalSync {
        GROUP,
        NONE
    }

    /** What becomes of a request for which too little is left. */
    enum WhenShort {
        FIT,
        REFUSE
    }

    /** What becomes of requests while stops can't be heard. */
    enum Unheard {
        ALLOW,
        REFUSE
    }

    /** What becomes of requests whose cost nothing bounds. */
    enum Unbounded {
        REFUSE,
        ALLOW
    }

    /** What becomes of requests whose reply does not carry their cost. */
    enum Unmetered {
        REFUSE,
        ALLOW
    }
}
