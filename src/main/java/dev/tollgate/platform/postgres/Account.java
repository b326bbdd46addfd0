package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The user that runs Tollgate, as the system knows them.
 *
 * @param named whether the system has a name for that number; in containers it often has none
 */
record Account(int uid, boolean named) {

    static Account current() throws IOException {
        Command.Outcome outcome = Command.run(List.of("id", "-u"), Path.of("/"), "", Duration.ofSeconds(10));
        if (!outcome.succeeded()) {
            throw new IOException("id -u: " + outcome.output());
        }
        return new Account(Integer.parseInt(outcome.output()), Command.works(List.of("id", "-un")));
    }

    /** Root, on principle, and a user whose name it cannot look up. */
    boolean isRefusedByPostgres() {
        return uid == 0 || !named;
    }

    /** PostgreSQL works only on its owner's files, and root would lock the owner out. */
    void refuseUnlessOwnerOf(Path folder) throws IOException {
        int owner = (int) Files.getAttribute(folder, "unix:uid");
        if (owner != uid) {
            throw new EmbeddedPostgresFailure("The folder " + folder + " belongs to user " + owner
                    + " (expected: " + uid + ", who runs Tollgate). Run Tollgate as user " + owner
                    + ", or set TOLLGATE_DATA to another folder.");
        }
    }
}
