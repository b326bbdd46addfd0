package dev.tollgate.platform;

import static java.util.stream.Collectors.joining;

import dev.tollgate.access.Permission;
import dev.tollgate.access.Role;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** {@code docs/administration.md} says what each role may do. */
class AdministrationDocumentTest {
    @Test
    void has_every_permission_with_the_roles_that_have_it() throws IOException {
        String header = "| permission | may | " + roles(Role::label) + " |\n|---|---|"
                + "---|".repeat(Role.values().length) + "\n";
        String rows = Arrays.stream(Permission.values())
                .map(permission -> "| `" + permission.label() + "` | " + permission.description() + " | "
                        + roles(role -> role.may(permission) ? "yes" : "") + " |\n")
                .collect(joining());

        DocumentPart.of("docs/administration.md", "roles").mustSay(header + rows, AdministrationDocumentTest.class);
    }

    private static String roles(java.util.function.Function<Role, String> cell) {
        return Arrays.stream(Role.values()).map(cell).collect(joining(" | "));
    }
}
