package shinso.verify.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.backend.Buffer;
import shinso.core.reference.ReferenceBackend;
import shinso.core.tensor.Tensor;

/** What is printed is Java, and is the program. */
class JavaTextTest {
  @TempDir Path folder;

  private List<Class<?>> compiled(List<String> names, List<String> texts) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-nowarn",
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path")));
    for (int i = 0; i < names.size(); i++) {
      Path file = folder.resolve(names.get(i) + ".java");
      Files.writeString(file, texts.get(i));
      arguments.add(file.toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, arguments.toArray(String[]::new)));
    List<Class<?>> classes = new ArrayList<>();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      for (String name : names) {
        classes.add(loader.loadClass(name));
      }
    }
    return classes;
  }

  private static List<Tensor> program(Class<?> c) throws ReflectiveOperationException {
    Method m = c.getDeclaredMethod("program");
    m.setAccessible(true);
    List<Tensor> tensors = new ArrayList<>();
    ((List<?>) m.invoke(null)).forEach(t -> tensors.add((Tensor) t));
    return tensors;
  }

  /** Programs, cut to one output each, in which together every row of the table occurs. */
  private static List<FuzzProgram> programs() {
    Set<String> missing =
        Operations.all().stream().map(Operation::name).collect(Collectors.toSet());
    List<FuzzProgram> programs = new ArrayList<>();
    for (long seed = 0; !missing.isEmpty(); seed++) {
      FuzzProgram p = Generator.program(seed);
      for (int i = 0; i < p.steps().size(); i++) {
        if (p.steps().get(i) instanceof FuzzProgram.Call c
            && missing.remove(c.operation().name())) {
          programs.add(Shrinker.used(new FuzzProgram(p.steps(), List.of(i), List.of())));
        }
      }
    }
    return programs;
  }

  @Test
  void printedProgramsAreThePrograms() throws Exception {
    List<FuzzProgram> programs = programs();
    List<String> names = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < programs.size(); i++) {
      names.add("Printed" + i);
      texts.add(JavaText.of("Printed" + i, programs.get(i), "number " + i));
    }
    List<Class<?>> classes = compiled(names, texts);
    ReferenceBackend reference = new ReferenceBackend();
    for (int i = 0; i < classes.size(); i++) {
      FuzzProgram p = programs.get(i);
      FuzzProgram printed = new FuzzProgram(p.steps(), List.of(0), List.of());
      Buffer[] expected = Subject.of(p, p.values()).run(reference);
      Buffer[] actual = Subject.of(printed, program(classes.get(i))).run(reference);
      assertArrayEquals(expected[0].toDoubleArray(), actual[0].toDoubleArray(), texts.get(i));
    }
  }

  @Test
  void aPrintedFindingShowsTheFault() throws Exception {
    BrokenBackend broken =
        new BrokenBackend(BrokenBackend::joinsSlices, BrokenBackend.Fault.SPOILS);
    ProgramChecks checks =
        new ProgramChecks(broken, new ReferenceBackend(), new ReferenceBackend());
    Set<Finding.Check> whole = EnumSet.of(Finding.Check.WHOLE);
    FuzzProgram found = null;
    for (long seed = 0; found == null; seed++) {
      FuzzProgram p = Generator.program(seed);
      found = checks.check(p, whole) == null ? null : p;
    }
    FuzzProgram small =
        new Shrinker(p -> checks.check(p, whole) != null, Fuzz.ATTEMPTS).shrink(found);
    Finding f = checks.check(small, whole);
    assertNotNull(f);
    Class<?> c =
        compiled(List.of("Fault"), List.of(JavaText.of("Fault", small, f.toString()))).getFirst();
    List<Tensor> tensors = program(c);
    FuzzProgram printed = new FuzzProgram(small.steps(), List.of(tensors.size() - 1), List.of());
    Buffer[] wrong = Subject.of(printed, tensors).run(broken);
    Buffer[] right = Subject.of(printed, tensors).run(new ReferenceBackend());
    double[] w = wrong[0].toDoubleArray();
    double[] r = right[0].toDoubleArray();
    assertTrue(Math.abs(w[w.length - 1] - r[r.length - 1]) > 0.5, f.toString());
    // The main method prints what the two backends give.
    assertNotNull(c.getMethod("main", String[].class));
  }

  @Test
  void specialNumbersAreWritten() throws IOException {
    FuzzProgram p =
        new FuzzProgram(
            List.of(new FuzzProgram.Given(Filling.SPECIAL, 5, 1, List.of(200))),
            List.of(0),
            List.of());
    String text = JavaText.of("Special", p, "");
    for (String number : List.of("Float.NaN", "Float.NEGATIVE_INFINITY", "-0.0f", "1.0E-40f")) {
      assertTrue(text.contains(number), text);
    }
  }
}
