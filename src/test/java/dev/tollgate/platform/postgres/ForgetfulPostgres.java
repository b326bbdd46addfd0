package dev.tollgate.platform.postgres;

import java.nio.file.Path;
import java.util.function.Consumer;

/** Opens the setting that only tests may use: a server that does not wait for the disk. */
public final class ForgetfulPostgres {
    private ForgetfulPostgres() {}

    public static EmbeddedPostgres start(Path dataFolder, Consumer<String> progress) {
        return EmbeddedPostgres.start(dataFolder, PostgresSettings.DURABLE.forgetful(), progress);
    }
}
