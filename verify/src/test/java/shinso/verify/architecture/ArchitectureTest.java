package shinso.verify.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Checks that the project keeps its architecture rules, and that each rule can be broken. */
final class ArchitectureTest {
  private static final String BROKEN = "shinso.verify.architecture.broken";

  /** For each rule, the class below {@code broken} that breaks it. */
  private static final Map<String, String> CULPRITS =
      Map.ofEntries(
          Map.entry("the module table: app", "app.ImportsBackend"),
          Map.entry("the module table: core", "core.program.UsesLayer"),
          Map.entry("the module table: cpu", "cpu.UsesTraining"),
          Map.entry("the module table: dashboard", "dashboard.UsesCommands"),
          Map.entry("the module table: interchange", "interchange.UsesRecipe"),
          Map.entry("the module table: nn", "nn.Layer"),
          Map.entry("the module table: train", "train.UsesModel"),
          Map.entry("the module table: zoo", "zoo.energy.UsesApplication"),
          Map.entry("the backend is found, not imported", "app.ImportsBackend"),
          Map.entry("no cycles among packages", "core.graph.UsesProgram"),
          Map.entry("names", "nn.LayerUtils"),
          Map.entry("null-marked packages", "nn.Layer"),
          Map.entry("nn does no I/O", "nn.Layer"),
          Map.entry("core needs no JVM flag", "core.program.UsesVectors"),
          Map.entry("randomness has a key", "train.UsesModel"),
          Map.entry("results know no clock", "core.program.UsesLayer"),
          Map.entry("nothing knows recipes but their lists", "zoo.energy.UsesApplication"));

  @TestFactory
  Stream<DynamicTest> theProjectKeepsEachRule() {
    JavaClasses shipped = shippedClasses();
    return new Rules("shinso")
        .all().entrySet().stream()
            .map(rule ->
                DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(shipped)));
  }

  @TestFactory
  Stream<DynamicTest> eachRuleCanBeBroken() {
    JavaClasses broken = new ClassFileImporter().importPackages(BROKEN);
    return new Rules(BROKEN)
        .all().entrySet().stream()
            .map(rule ->
                DynamicTest.dynamicTest(
                    rule.getKey(), () -> assertBroken(rule.getKey(), rule.getValue(), broken)));
  }

  @Test
  void thePlacesWhereLayersAreEnteredFromAboveAreNoCycles() {
    JavaClasses tolerated = new ClassFileImporter().importPackages(BROKEN + ".core.tensor");
    assertFalse(new Rules(BROKEN).noCycles().evaluate(tolerated).hasViolation());
  }

  @Test
  void allShippedModulesAreLookedAt() {
    Set<String> modules =
        shippedClasses().stream()
            .map(type -> type.getPackageName().split("\\.", -1))
            .filter(parts -> parts.length > 1)
            .map(parts -> parts[1])
            .collect(Collectors.toSet());
    assertTrue(modules.contains("core"), () -> "core is not on the class path; found " + modules);
    assertTrue(modules.contains("app"), () -> "app is not on the class path; found " + modules);
    assertFalse(modules.contains("verify"), "tests must not be taken for shipped classes");
  }

  private static JavaClasses shippedClasses() {
    return new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .withImportOption(location -> !location.contains("/shinso/verify/"))
        .importPackages("shinso");
  }

  private static void assertBroken(String name, ArchRule rule, JavaClasses broken) {
    String culprit = CULPRITS.get(name);
    assertNotNull(culprit, () -> "no class breaks the rule '" + name + "'");
    EvaluationResult result = rule.evaluate(broken);
    assertTrue(
        result.getFailureReport().getDetails().stream()
            .anyMatch(line -> line.contains(BROKEN + "." + culprit)),
        () ->
            "the rule '%s' misses %s; it found: %s"
                .formatted(name, culprit, result.getFailureReport()));
    assertEquals(17, CULPRITS.size(), "a rule was added: break it too");
  }
}
