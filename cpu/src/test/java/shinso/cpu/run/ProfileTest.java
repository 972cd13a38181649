package shinso.cpu.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.backend.Buffer;
import shinso.core.backend.StepProfile;
import shinso.core.graph.GraphBuilder;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.cpu.plan.Planner;
import shinso.cpu.plan.Precision;

final class ProfileTest {
  private record Entry(String label, double flops, long traffic, long nanos) {}

  private static List<Entry> entries(Profile profile) {
    List<Entry> entries = new ArrayList<>();
    profile.visit((program, number, nanos) -> {
      Kernel k = program.kernels().get(number);
      entries.add(new Entry(k.label(), k.flops(), program.traffic(number), nanos));
    });
    return entries;
  }

  @Test
  void kernelsHaveTimesOperationsAndBytes() {
    Tensor a = TensorAccess.placeholder(Shape.of(2, 3), DType.F32);
    Tensor b = TensorAccess.placeholder(Shape.of(3, 5), DType.F32);
    GraphBuilder builder = new GraphBuilder();
    int root = builder.add(a.matmul(b).exp().sum());
    CompiledGraph program =
        (CompiledGraph)
            Planner.compile(builder.build(new int[] {root}), Workers.of(1), null, Precision.F32);
    Buffer[] in = {
      Buffer.allocateNative(DType.F32, 6, "a"), Buffer.allocateNative(DType.F32, 15, "b")
    };
    Buffer[] out = {Buffer.allocate(DType.F32, 1, "sum")};

    program.run(in, out);
    Profile none = Profile.of(() -> {});
    Profile two =
        Profile.of(() -> {
          program.run(in, out);
          program.run(in, out);
        });

    assertEquals(10, out[0].get(0));
    assertEquals(List.of(), entries(none));
    List<Entry> entries = entries(two);
    assertEquals(program.kernels().size(), entries.size());
    Entry product = entries.getFirst();
    assertEquals(2.0 * 2 * 3 * 5, product.flops);
    assertEquals(4 * (6 + 15 + 10), product.traffic);
    assertEquals(4 * (10 + 1), entries.getLast().traffic);
    assertTrue(entries.stream().allMatch(e -> e.nanos > 0), entries.toString());
    assertEquals(new CompiledGraph.Value("matmul F32[2, 5]", 40), program.values().getFirst());
  }

  @Test
  void whatIsDoneOnceIsLeftOut() {
    CompiledGraph step = program(TensorAccess.placeholder(Shape.of(4), DType.F32).exp());
    CompiledGraph once = program(TensorAccess.placeholder(Shape.of(4), DType.F32).sum());
    Buffer[] in = {Buffer.allocateNative(DType.F32, 4, "x")};
    Buffer[] y = {Buffer.allocateNative(DType.F32, 4, "y")};
    Buffer[] sum = {Buffer.allocateNative(DType.F32, 1, "sum")};
    Profile profile =
        Profile.of(() -> {
          once.run(in, sum);
          for (int i = 0; i < 3; i++) {
            step.run(in, y);
          }
        });
    List<String> labels = entries(profile).stream().map(Entry::label).toList();
    assertEquals(step.kernels().stream().map(Kernel::label).toList(), labels);
  }

  private static CompiledGraph program(Tensor y) {
    GraphBuilder builder = new GraphBuilder();
    int[] outputs = {builder.add(y)};
    return (CompiledGraph)
        Planner.compile(builder.build(outputs), Workers.of(1), null, Precision.F32);
  }

  @Test
  void oneProfileAtATime() {
    assertThrows(IllegalStateException.class, () -> Profile.of(() -> Profile.of(() -> {})));
    Profile.of(() -> {});
  }

  /** What users call, with the backend that is found. */
  @Test
  void aStepIsProfiledFromOutside() {
    Program step = Program.compile((Tensor x) -> Step.outputs(x.matmul(x.transpose()).exp().sum()));
    Tensor x = Tensor.ones(7, 9);
    StepProfile profile =
        StepProfile.of(() -> {
          for (int i = 0; i < 5; i++) {
            step.run(x);
          }
        });
    assertEquals(
        2.0 * 7 * 9 * 7,
        profile.rows().stream().mapToDouble(StepProfile.Row::flops).sum(),
        profile::toString);
    assertTrue(profile.rows().stream().allMatch(r -> r.count() == 1 && r.millis() > 0));
  }
}
