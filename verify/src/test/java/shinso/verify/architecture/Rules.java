package shinso.verify.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.NullMarked;

/** The architecture rules for the modules below one root package. */
record Rules(String root) {
  /** A shipped module and what it may use, directly or through what it uses. */
  private record Module(String name, List<String> uses) {}

  private static final List<Module> MODULES =
      List.of(
          new Module("core", List.of()),
          new Module("cpu", List.of("core")),
          new Module("nn", List.of("core")),
          new Module("train", List.of("core", "nn")),
          new Module("zoo", List.of("core", "nn", "train")),
          new Module("interchange", List.of("core", "nn", "train")),
          new Module("dashboard", List.of("core", "nn", "train", "zoo")),
          new Module("app", List.of("core", "nn", "train", "zoo", "interchange", "dashboard")));

  /**
   * Packages that are one idea in several drawers: a tensor is defined by its operation, an
   * operation's gradient is written with tensors, and random draws are operations on keys, which
   * are tensors.
   */
  private static final Set<String> VALUES = Set.of("core.tensor", "core.op", "core.random");

  /** All rules by name. */
  Map<String, ArchRule> all() {
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    MODULES.forEach(module -> rules.put("the module table: " + module.name(), table(module)));
    rules.put("the backend is found, not imported", backendIsFound());
    rules.put("no cycles among packages", noCycles());
    rules.put("names", names());
    rules.put("null-marked packages", nullMarked());
    rules.put("nn does no I/O", layersDoNoIo());
    rules.put("core needs no JVM flag", coreNeedsNoFlag());
    rules.put("randomness has a key", randomnessHasKey());
    rules.put("results know no clock", resultsKnowNoClock());
    rules.put("nothing knows recipes but their lists", nothingKnowsRecipes());
    return rules;
  }

  private String in(String path) {
    return root + "." + path + "..";
  }

  private ArchRule table(Module module) {
    String[] forbidden =
        MODULES.stream()
            .map(Module::name)
            .filter(other -> !other.equals(module.name()) && !module.uses().contains(other))
            .map(this::in)
            .toArray(String[]::new);
    ArchRule rule =
        noClasses()
            .that()
            .resideInAPackage(in(module.name()))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(forbidden)
            .allowEmptyShould(true);
    return rule.because("module %s may use %s only".formatted(module.name(), module.uses()));
  }

  private ArchRule backendIsFound() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(in("cpu"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(in("cpu"))
        .because("backends are found with ServiceLoader, so that others can take their place")
        .allowEmptyShould(true);
  }

  ArchRule noCycles() {
    SliceAssignment packages =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            if (!type.getPackageName().startsWith(root + ".")) {
              return SliceIdentifier.ignore();
            }
            String name = type.getPackageName().substring(root.length() + 1);
            return SliceIdentifier.of(VALUES.contains(name) ? "core.tensor/op/random" : name);
          }

          @Override
          public String getDescription() {
            return "packages";
          }
        };
    return SlicesRuleDefinition.slices()
        .assignedFrom(packages)
        .should()
        .beFreeOfCycles()
        // The three places where the layers below are entered from above, and no others.
        .ignoreDependency(is("core.tensor.Tensor"), is("core.program.Evaluator"))
        .ignoreDependency(residesIn("core.tensor", "core.op"), is("core.backend.Buffer"))
        .ignoreDependency(is("core.backend.Backends"), is("core.reference.ReferenceBackend"))
        .because("a package is understood after those that it uses")
        .allowEmptyShould(true);
  }

  /** The class of this name with its nested classes. */
  private DescribedPredicate<JavaClass> is(String name) {
    String full = root + "." + name;
    return describe(
        name, type -> type.getName().equals(full) || type.getName().startsWith(full + "$"));
  }

  private DescribedPredicate<JavaClass> residesIn(String... packages) {
    String[] full = new String[packages.length];
    for (int i = 0; i < packages.length; i++) {
      full[i] = in(packages[i]);
    }
    return resideInAnyPackage(full);
  }

  private ArchRule names() {
    return noClasses()
        .should()
        .haveNameMatching(".*[.$](Abstract[^.$]*|[^.$]*(Impl|Utils|Manager|Helper))")
        .because("a name says what a class is, not what it is to another")
        .allowEmptyShould(true);
  }

  private ArchRule nullMarked() {
    return classes()
        .should(
            new ArchCondition<>("be in a package that is @NullMarked") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                    new SimpleConditionEvent(
                        type, marked, type.getName() + ": package-info.java lacks @NullMarked"));
              }
            })
        .allowEmptyShould(true);
  }

  private ArchRule layersDoNoIo() {
    return noClasses()
        .that()
        .resideInAPackage(in("nn"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
        .because("files and networks are the business of train")
        .allowEmptyShould(true);
  }

  private ArchRule coreNeedsNoFlag() {
    return noClasses()
        .that()
        .resideInAPackage(in("core"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator..")
        .because("core runs on a JVM without flags")
        .allowEmptyShould(true);
  }

  private ArchRule randomnessHasKey() {
    Set<String> generators =
        Set.of(
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.random.RandomGeneratorFactory",
            "java.security.SecureRandom");
    // The interface is fine, a keyed generator may implement it; the JDK's own behind it is not.
    DescribedPredicate<JavaAccess<?>> source =
        describe(
            "a generator with hidden state",
            access -> {
              JavaClass owner = access.getTargetOwner();
              String name = access.getTarget().getName();
              return generators.contains(owner.getName())
                  || (owner.isEquivalentTo(RandomGenerator.class)
                      && (name.equals("of") || name.equals("getDefault")))
                  || (owner.isEquivalentTo(Math.class) && name.equals("random"));
            });
    // A secret must not follow from a seed.
    return noClasses()
        .that(not(is("dashboard.web.Token")))
        .should()
        .accessTargetWhere(source)
        .because("the same seed gives the same bits; draw from a core.random.Rng key")
        .allowEmptyShould(true);
  }

  private ArchRule resultsKnowNoClock() {
    DescribedPredicate<JavaAccess<?>> clock =
        describe(
            "the clock",
            access -> {
              JavaClass owner = access.getTargetOwner();
              String name = access.getTarget().getName();
              if (owner.isEquivalentTo(System.class)) {
                return name.equals("currentTimeMillis") || name.equals("nanoTime");
              }
              return owner.getPackageName().startsWith("java.time") && name.equals("now");
            });
    return noClasses()
        .that(
            resideInAPackage(in("core"))
                .or(resideInAPackage(in("nn")))
                .or(resideInAPackage(in("zoo.models"))))
        .should()
        .accessTargetWhere(clock)
        .because("results must not depend on when they are computed")
        .allowEmptyShould(true);
  }

  /** A recipe is one use of a model: only the list of its area may name it. */
  private ArchRule nothingKnowsRecipes() {
    DescribedPredicate<JavaClass> recipes =
        describe(
            "recipes",
            c ->
                !c.isInterface()
                    && c.getAllRawInterfaces().stream()
                        .anyMatch(i -> i.getName().equals(root + ".zoo.harness.Recipe")));
    return noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Recipes")
        .should()
        .dependOnClassesThat(recipes)
        .because("a recipe is one use of a model")
        .allowEmptyShould(true);
  }
}
