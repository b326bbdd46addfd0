package dev.tollgate.testkit;

import java.nio.file.Path;

/** Folders under {@code target} that stay from run to run. Of JVMs that run tests at the same time each has its own. */
public final class JvmFolder {
    private static final String JVM = System.getProperty("test.jvm", "jvm1");

    private JvmFolder() {}

    public static Path of(String name) {
        return Path.of("target", name + "-" + JVM);
    }
}
