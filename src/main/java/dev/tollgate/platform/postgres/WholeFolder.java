package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Makes a folder whole or not at all: filled under a temporary name beside its place, then renamed. Whoever is
 * killed half-way leaves only a temporary folder, which the next start removes.
 */
final class WholeFolder {
    private static final String UNFINISHED = ".unfinished-";

    private WholeFolder() {}

    /** Writes the content, and sees to it itself that a machine that loses its power loses none that matters. */
    @FunctionalInterface
    interface Filling {
        void fill(Path folder) throws IOException;
    }

    static void make(Path place, Filling filling) throws IOException {
        Path parent = place.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(place + " has no parent folder");
        }
        Path temporary = Files.createTempDirectory(parent, place.getFileName() + UNFINISHED);
        boolean made = false;
        try {
            filling.fill(temporary);
            Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
            force(parent);
            made = true;
        } finally {
            if (!made) {
                remove(temporary);
            }
        }
    }

    /** Removes what earlier, killed makers left in this parent folder. Only for whoever holds the data folder. */
    static void removeUnfinished(Path parent) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, "*" + UNFINISHED + "*")) {
            for (Path folder : left) {
                remove(folder);
            }
        }
    }

    /** Removes a folder with all its content; links are removed, not followed. What is gone already is fine. */
    static void remove(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(folder);
            return;
        }
        Files.walkFileTree(folder, new Removal());
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static final class Removal extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
