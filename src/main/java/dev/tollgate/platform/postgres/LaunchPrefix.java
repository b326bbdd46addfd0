package dev.tollgate.platform.postgres;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is put before PostgreSQL's commands on this machine. Each part is itself a program that becomes the next one, so
 * the process id we start is the server's.
 *
 * @param session gives the server a session of its own. Ctrl-C in a terminal reaches the whole process group; without
 *     this the server would stop at once, while Tollgate still writes its ledger.
 * @param user lets an account run it that PostgreSQL refuses: in a user namespace it sees itself as nobody, while the
 *     kernel still knows the owner of the files.
 * @param parentDeath stops the server when Tollgate is killed. Where it is missing the next start finds the orphan.
 */
record LaunchPrefix(List<String> session, List<String> user, List<String> parentDeath) {
    private static final List<String> NONE = List.of();

    static LaunchPrefix detect(Account account) {
        return new LaunchPrefix(
                firstThatWorks(
                        List.of("setsid"), List.of("perl", "-e", "use POSIX; POSIX::setsid() > 0 or die; exec @ARGV")),
                account.isRefusedByPostgres() ? userNamespace(List.of("unshare", "--user")) : NONE,
                firstThatWorks(List.of("setpriv", "--pdeathsig", "INT")));
    }

    /** For programs that end by themselves. */
    List<String> command(List<String> command) {
        return join(user, command);
    }

    /** For the server, which outlives the call that started it. */
    List<String> server(List<String> command) {
        return join(session, user, parentDeath, command);
    }

    /** That way into a user namespace, if the machine allows it. */
    static List<String> userNamespace(List<String> prefix) {
        if (!Command.works(join(prefix, List.of("true")))) {
            throw new EmbeddedPostgresFailure("PostgreSQL refuses to run as root or as a user without a name, and"
                    + " the way around it, a user namespace (" + String.join(" ", prefix) + "), is not allowed here."
                    + " Run Tollgate as another user, " + EmbeddedPostgresFailure.OR_YOUR_OWN + ".");
        }
        return prefix;
    }

    @SafeVarargs
    private static List<String> firstThatWorks(List<String>... prefixes) {
        return Stream.of(prefixes)
                .filter(prefix -> Command.works(join(prefix, List.of("true"))))
                .findFirst()
                .orElse(NONE);
    }

    @SafeVarargs
    private static List<String> join(List<String>... parts) {
        return Stream.of(parts).flatMap(List::stream).toList();
    }
}
