package shinso.verify.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import shinso.core.graph.Graph;
import shinso.core.op.BinaryOp;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.UnaryOp;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class GeneratorTest {
  private static final int PROGRAMS = 400;

  @Test
  void theSameSeedGivesTheSameProgram() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(Generator.program(seed), Generator.program(seed), "seed " + seed);
    }
    long different = LongStream.range(0, 50).mapToObj(Generator::program).distinct().count();
    assertEquals(50, different);
  }

  /** A block of this program asks for the columns of a value that was refused. */
  @Test
  void aRefusedStepEndsItsBlock() {
    assertEquals(Generator.program(8292), Generator.program(8292));
  }

  @Test
  void programsAreOfAllSizesAndShapes() {
    List<FuzzProgram> programs =
        LongStream.range(0, PROGRAMS).mapToObj(Generator::program).toList();
    List<Integer> sizes = programs.stream().map(p -> p.steps().size()).sorted().toList();
    assertTrue(sizes.get(PROGRAMS / 20) >= 15, "most have 20 steps or more: " + sizes);
    assertTrue(sizes.getLast() > 150, "some are large: " + sizes);
    assertTrue(programs.stream().anyMatch(p -> p.outputs().size() > 3));
    assertTrue(programs.stream().anyMatch(p -> !p.updates().isEmpty()));
    Set<Integer> dims = new HashSet<>();
    Set<Integer> ranks = new HashSet<>();
    for (FuzzProgram p : programs) {
      for (Tensor t : p.values()) {
        Arrays.stream(t.shape().dims()).forEach(dims::add);
        ranks.add(t.shape().rank());
      }
    }
    assertTrue(dims.containsAll(Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 33)), "" + dims);
    assertTrue(ranks.containsAll(Set.of(0, 1, 2, 3, 4, 5)), "" + ranks);
  }

  /** A primitive that no program has is one that nobody checks: add a row to the table. */
  @Test
  void everyPrimitiveOccurs() {
    Set<Object> missing = new HashSet<>(primitives(Op.class).toList());
    for (Class<?> c : List.of(UnaryOp.class, BinaryOp.class, ReduceOp.class, RandomOp.Draw.class)) {
      missing.remove(c);
    }
    missing.addAll(List.of(UnaryOp.Kind.values()));
    missing.addAll(List.of(BinaryOp.Kind.values()));
    missing.addAll(List.of(ReduceOp.Kind.values()));
    missing.addAll(List.of(RandomOp.Draw.Kind.values()));
    Set<DType> types = new HashSet<>(List.of(DType.values()));
    for (long seed = 0; seed < 3 * PROGRAMS && !(missing.isEmpty() && types.isEmpty()); seed++) {
      FuzzProgram p = Generator.program(seed);
      for (Graph.Node n : Subject.of(p, p.values()).graph().nodes()) {
        missing.remove(kind(n.op()));
        types.remove(n.dtype());
      }
    }
    assertEquals(Set.of(), missing);
    assertEquals(Set.of(), types);
  }

  private static Stream<Class<?>> primitives(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(GeneratorTest::primitives)
        : Stream.of(type);
  }

  private static Object kind(Op op) {
    return switch (op) {
      case UnaryOp u -> u.kind();
      case BinaryOp b -> b.kind();
      case ReduceOp r -> r.kind();
      case RandomOp.Draw d -> d.kind();
      default -> op.getClass();
    };
  }

  /** Methods of tensors that aren't in the table, and why not. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          // Leaves.
          "of",
          "owning",
          "scalar",
          "constant",
          // Others by another name.
          "zeros",
          "ones",
          "zerosLike",
          "upperTriangle",
          "uniformLike",
          "normalLike",
          "split",
          // Not for writing programs.
          "evaluate",
          "asTensor");

  @Test
  void everyMethodOfTensorsHasARow() {
    String texts = Operations.all().stream().map(Operation::text).collect(Collectors.joining("\n"));
    Set<String> missing = new TreeSet<>();
    for (Method m : Tensor.class.getMethods()) {
      boolean gives =
          Tensor.class.isAssignableFrom(m.getReturnType())
              || m.getReturnType() == List.class
              || m.getReturnType() == Tensor.TopK.class;
      boolean isQuery = m.getName().equals("inputs");
      if (m.getDeclaringClass() == Tensor.class
          && gives
          && !isQuery
          && Modifier.isPublic(m.getModifiers())
          && !LEFT_OUT.contains(m.getName())
          && !texts.contains("." + m.getName() + "(")) {
        missing.add(m.getName());
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void everyRowIsDrawn() {
    Set<String> missing =
        Operations.all().stream().map(Operation::name).collect(Collectors.toSet());
    for (long seed = 0; seed < 3 * PROGRAMS && !missing.isEmpty(); seed++) {
      for (FuzzProgram.Step s : Generator.program(seed).steps()) {
        if (s instanceof FuzzProgram.Call c) {
          missing.remove(c.operation().name());
        }
      }
    }
    assertEquals(Set.of(), missing);
  }

  /** Programs that only show their last values would check little of what they compute. */
  @Test
  void mostOfAProgramIsLookedAt() {
    int all = 0;
    int seen = 0;
    for (long seed = 0; seed < PROGRAMS; seed++) {
      FuzzProgram p = Generator.program(seed);
      all += p.steps().size();
      seen += Shrinker.used(p).steps().size();
    }
    assertTrue(seen > 0.6 * all, seen + " of " + all);
  }

  @Test
  void operationsAreOftenGradients() {
    Deque<Long> seeds = new ArrayDeque<>(LongStream.range(0, PROGRAMS).boxed().toList());
    long twice =
        seeds.stream().map(Generator::program).filter(GeneratorTest::hasSecondGradient).count();
    assertTrue(twice > PROGRAMS / 20, twice + " programs have gradients of gradients");
  }

  private static boolean hasSecondGradient(FuzzProgram p) {
    boolean[] depends = new boolean[p.steps().size()];
    for (int i = 0; i < depends.length; i++) {
      if (p.steps().get(i) instanceof FuzzProgram.Call c) {
        boolean gradient = c.operation().name().equals("gradient");
        if (gradient && depends[c.operands().getFirst()]) {
          return true;
        }
        depends[i] = gradient || c.operands().stream().anyMatch(o -> depends[o]);
      }
    }
    return false;
  }

  @Test
  void leavesAreWhatTheyAreSaidToBe() {
    assertEquals(Shape.of(2, 3), Filling.UNIFORM.tensor(1, 1, 2, 3).shape());
    assertEquals(DType.I32, Filling.POSITIONS.tensor(1, 5, 7).dtype());
    for (int i : Filling.POSITIONS.tensor(1, 5, 100).toIntArray()) {
      assertTrue(i >= 0 && i < 5);
    }
  }
}
