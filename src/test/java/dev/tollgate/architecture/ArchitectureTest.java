package dev.tollgate.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.tollgate.kernel.Money;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages are the walls; these are their doors. */
class ArchitectureTest {
    private static final String ROOT = "dev.tollgate.";

    /** From the top down: a package may use those of the layers below its own. */
    private static final Set<String> PLATFORM = Set.of("platform");

    private static final Set<String> WAYS_IN = Set.of("gateway", "admin");
    private static final Set<String> FEATURES = Set.of(
            "tenancy",
            "ledger",
            "provider",
            "ownership",
            "rating",
            "limits",
            "cache",
            "routing",
            "alerts",
            "reports",
            "settings",
            "privacy");

    /** What a request can cost, said in the language of both. */
    private static final Set<String> BOUNDS = Set.of("bounds");

    private static final Set<String> LANGUAGE = Set.of("pricing", "wire", "net", "vault");

    /** Who may administer what, and the record of it: whatever stores something that is administered needs it. */
    private static final Set<String> RIGHTS = Set.of("access");

    /** How what is in memory follows the database. */
    private static final Set<String> FEEDS = Set.of("feed");

    private static final Set<String> WORDS = Set.of("kernel");

    /** Which features may use which others. */
    private static final Map<String, Set<String>> SIDEWAYS = Map.of("routing", Set.of("provider"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.tollgate");

    @Test
    void every_package_has_its_layer_and_uses_only_those_below_it() {
        classes().should(useOnlyWhatIsBelow()).check(CLASSES);
    }

    @Test
    void packages_are_free_of_cycles() {
        slices().matching(ROOT + "(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void what_speaks_HTTP_does_not_know_the_stages() {
        noClasses()
                .that()
                .resideInAPackage("..gateway.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..gateway", "..gateway.edge..")
                .check(CLASSES);
    }

    @Test
    void stages_do_not_know_the_edge() {
        noClasses()
                .that()
                .resideInAPackage("..gateway")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("..gateway.edge..")
                .check(CLASSES);
    }

    @Test
    void words_and_formats_need_no_framework() {
        classes()
                .that()
                .resideInAnyPackage("..kernel..", "..wire..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "dev.tollgate..")
                .check(CLASSES);
    }

    @Test
    void prices_need_no_framework_but_a_parser_for_their_files() {
        classes()
                .that()
                .resideInAPackage("..pricing..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "dev.tollgate..", "com.fasterxml.jackson..")
                .check(CLASSES);
    }

    @Test
    void only_packages_named_pg_talk_to_the_database() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..pg..", "..platform..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.sqlclient..", "io.vertx.pgclient..", "java.sql..")
                .check(CLASSES);
    }

    @Test
    void only_packages_named_redis_talk_to_Redis() {
        noClasses()
                .that()
                .resideOutsideOfPackages("..redis..", "..platform..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx.redis..", "io.quarkus.redis..")
                .check(CLASSES);
    }

    @Test
    void time_and_chance_are_injected() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..platform..")
                .should()
                .accessTargetWhere(describe("time or chance is taken from nowhere", ArchitectureTest::isTimeOrChance))
                .check(CLASSES);
    }

    @Test
    void money_is_exact() {
        classes()
                .that(resideInAPackage("..pricing..")
                        .or(resideInAPackage("..bounds.."))
                        .or(resideInAPackage("..rating.."))
                        .or(resideInAPackage("..ledger.."))
                        .or(resideInAPackage("..reports.."))
                        .or(isMoney()))
                .should(haveNoBinaryFractions())
                .check(CLASSES);
    }

    private static ArchCondition<JavaClass> useOnlyWhatIsBelow() {
        return new ArchCondition<>("use only packages of the layers below their own") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                Set<String> usable = usableBy(part(user));
                user.getDirectDependenciesFromSelf().stream()
                        .filter(use -> use.getTargetClass().getPackageName().startsWith(ROOT))
                        .filter(use -> !usable.contains(part(use.getTargetClass())))
                        .forEach(use -> events.add(SimpleConditionEvent.violated(user, use.getDescription())));
                if (usable.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(user, user.getName() + " is in no layer"));
                }
            }
        };
    }

    /** The package itself, the layers below it, and what it may use of its own layer. */
    private static Set<String> usableBy(String part) {
        Set<String> usable = new HashSet<>();
        for (Set<String> layer : List.of(WORDS, FEEDS, RIGHTS, LANGUAGE, BOUNDS, FEATURES, WAYS_IN, PLATFORM)) {
            if (layer.contains(part)) {
                usable.add(part);
                usable.addAll(SIDEWAYS.getOrDefault(part, Set.of()));
                return usable;
            }
            usable.addAll(layer);
        }
        return Set.of();
    }

    /** The first part of a class's package below the root: {@code ledger} of {@code dev.tollgate.ledger.pg}. */
    private static String part(JavaClass javaClass) {
        String name = javaClass.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.", 2)[0] : "";
    }

    private static boolean isTimeOrChance(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        boolean withoutArguments = access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().isEmpty();
        return switch (owner) {
            case "java.lang.System" -> name.equals("currentTimeMillis");
            case "java.lang.Thread" -> name.equals("sleep");
            case "java.lang.Math" -> name.equals("random");
            case "java.time.Clock", "java.time.InstantSource" -> name.startsWith("system") || name.startsWith("tick");
            case "java.util.Random", "java.security.SecureRandom" -> name.equals("<init>") && withoutArguments;
            case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
            case "java.util.UUID" -> name.equals("randomUUID");
            default -> owner.startsWith("java.time.") && name.equals("now") && withoutArguments;
        };
    }

    private static DescribedPredicate<JavaClass> isMoney() {
        return JavaClass.Predicates.equivalentTo(Money.class);
    }

    private static ArchCondition<JavaClass> haveNoBinaryFractions() {
        return new ArchCondition<>("have no float or double field, parameter or return type") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                for (JavaField field : javaClass.getFields()) {
                    report(javaClass, field.getFullName(), Stream.of(field.getRawType()), events);
                }
                for (JavaCodeUnit code : javaClass.getCodeUnits()) {
                    Stream<JavaClass> types =
                            Stream.concat(code.getRawParameterTypes().stream(), Stream.of(code.getRawReturnType()));
                    report(javaClass, code.getFullName(), types, events);
                }
            }
        };
    }

    private static void report(JavaClass owner, String what, Stream<JavaClass> types, ConditionEvents events) {
        Set<Class<?>> fractions = Set.of(float.class, double.class, Float.class, Double.class);
        if (types.map(JavaClass::getBaseComponentType)
                .anyMatch(type -> fractions.stream().anyMatch(type::isEquivalentTo))) {
            events.add(SimpleConditionEvent.violated(owner, what + " is a binary fraction"));
        }
    }
}
