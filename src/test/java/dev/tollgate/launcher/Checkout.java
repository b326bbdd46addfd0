package dev.tollgate.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A checkout with the real launcher and little else, on a machine that has the basic tools of any Unix and what a test
 * puts on its path: no JDK, no Maven, no network.
 */
final class Checkout {
    private static final List<String> BASIC_TOOLS = List.of(
            "awk",
            "basename",
            "cat",
            "date",
            "dirname",
            "env",
            "find",
            "grep",
            "head",
            "ls",
            "mkdir",
            "readlink",
            "rm",
            "sed",
            "sh",
            "sleep",
            "sort",
            "tail",
            "tee",
            "touch",
            "tr");

    private final Path folder;
    private final Map<String, String> environment = new TreeMap<>();

    Checkout(Path temporary) throws IOException {
        folder = Files.createDirectories(temporary.toRealPath().resolve("a checkout"));
        Files.copy(Path.of("tollgate"), folder.resolve("tollgate"));
        Files.copy(Path.of("pom.xml"), folder.resolve("pom.xml"));
        write(
                ".mvn/wrapper/maven-wrapper.properties",
                "distributionUrl=https://maven.invalid/apache-maven-3.9.16-bin.zip\n");
        write("src/main/java/App.java", "class App {}");
        for (String tool : BASIC_TOOLS) {
            Files.createDirectories(folder.resolve("path"));
            Files.createSymbolicLink(folder.resolve("path").resolve(tool), installed(tool));
        }
        environment.put("PATH", folder.resolve("path").toString());
        environment.put("HOME", Files.createDirectory(folder.resolve("home")).toString());
        environment.put("TOLLGATE_JDK_FOLDERS", folder.resolve("jdks").toString());
        program("mvnw", "exit 1");
        program("path/curl", "echo asked >>\"$HOME/asked\"; exit 7");
    }

    /** What a command said and how it ended. */
    record Outcome(int exitCode, String output) {}

    Outcome tollgate(String... arguments) throws IOException, InterruptedException {
        Process process = process(arguments);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    Process process(String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve("tollgate").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Checkout with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** A JDK whose java prints the words it was called with. */
    Path jdk(String name, String version) throws IOException {
        write(name + "/release", "IMPLEMENTOR=\"Someone\"\nJAVA_VERSION=\"" + version + "\"\n");
        program(name + "/bin/java", "echo java of $(basename \"$(dirname \"$(dirname \"$0\")\")\"): \"$@\"");
        program(name + "/bin/javac", "exit 1");
        return folder.resolve(name);
    }

    /** A Maven on the path: reports its version, else does what the script says. */
    void maven(String version, String script) throws IOException {
        program("path/mvn", "[ \"$1\" != --version ] || { echo Apache Maven " + version + "; exit 0; }\n" + script);
    }

    void program(String name, String script) throws IOException {
        Files.setPosixFilePermissions(
                write(name, "#!/bin/sh\n" + script + "\n"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The state after a build: nothing in the sources is newer than what was made of them. */
    void built() throws IOException {
        Path jar = write("target/quarkus-app/quarkus-run.jar", "");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
    }

    Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    private static Path installed(String tool) {
        for (String folder : System.getenv("PATH").split(":")) {
            Path program = Path.of(folder, tool);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        throw new IllegalStateException(tool + " is not installed");
    }
}
