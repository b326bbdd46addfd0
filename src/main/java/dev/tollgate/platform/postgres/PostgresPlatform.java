package dev.tollgate.platform.postgres;

import java.util.Locale;

/** An operating system and processor for which PostgreSQL binaries exist, named as their archive is. */
record PostgresPlatform(String system, String processor) {

    /** The machine this process runs on. */
    static PostgresPlatform current() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    /** Translates Java's names for them, such as {@code Mac OS X} and {@code aarch64}. */
    static PostgresPlatform of(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.contains("linux") ? "linux" : os.startsWith("mac") ? "darwin" : "";
        String processor = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> "";
        };
        if (system.isEmpty() || processor.isEmpty()) {
            throw new EmbeddedPostgresFailure("There is no embedded PostgreSQL for " + osName + " on " + osArch
                    + " (expected: Linux or macOS on x86_64 or arm64). Use one of these, "
                    + EmbeddedPostgresFailure.OR_YOUR_OWN + ".");
        }
        return new PostgresPlatform(system, processor);
    }

    /** The class path resource with the binaries for it. */
    String archive() {
        return "/postgres-" + this + ".txz";
    }

    @Override
    public String toString() {
        return system + "-" + processor;
    }
}
