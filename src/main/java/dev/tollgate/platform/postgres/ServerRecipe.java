package dev.tollgate.platform.postgres;

import java.util.ArrayList;
import java.util.List;

/** All that a server is started from, so that it can be started again the same way. */
record ServerRecipe(
        PostgresBinaries binaries, LaunchPrefix prefix, PostgresSettings settings, Cluster cluster, DataFolder folder) {

    List<String> command(int port) {
        List<String> command = new ArrayList<>(
                List.of(binaries.postgres().toString(), "-D", cluster.data().toString(), "-p", "" + port));
        command.addAll(settings.arguments());
        return prefix.server(command);
    }
}
