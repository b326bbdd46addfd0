package dev.tollgate.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a page that is made from the code, between two comments: {@code <!-- begin NAME -->} and
 * {@code <!-- end NAME -->}. All else on the page is written by hand.
 */
record DocumentPart(Path page, String name) {
    private static final String WRITE = "tollgate.docs.write";

    static DocumentPart of(String page, String name) {
        return new DocumentPart(Path.of(page), name);
    }

    /** Fails where the page says something else; with {@code -Dtollgate.docs.write=true} writes it into the page. */
    void mustSay(String text, Class<?> test) throws IOException {
        String all = Files.readString(page);
        int start = all.indexOf(begin()) + begin().length();
        int end = all.indexOf(end());
        assertThat(start).as(page + " has " + begin()).isGreaterThanOrEqualTo(begin().length());
        assertThat(end).as(page + " has " + end()).isGreaterThanOrEqualTo(start);
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(page, all.substring(0, start) + text + all.substring(end));
        } else {
            assertThat(all.substring(start, end))
                    .as(page + " is stale; " + remedy(test))
                    .isEqualTo(text);
        }
    }

    private String begin() {
        return "<!-- begin " + name + " -->\n";
    }

    private String end() {
        return "<!-- end " + name + " -->\n";
    }

    private static String remedy(Class<?> test) {
        return "write it anew: ./mvnw test -Dtest=" + test.getSimpleName() + " -D" + WRITE + "=true";
    }
}
