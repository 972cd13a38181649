package shinso.cpu.plan;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import shinso.core.graph.Graph;
import shinso.core.graph.GraphBuilder;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** Plans that break the rules are found, whoever made them. */
class PlanCheckTest {
  private static final int BYTES = 4 * 4 * 4;

  /** The parts of a planner, with a place for each value that a test decides on. */
  private static final class Plan {
    final Graph graph;
    final Views views;
    final Epilogues epilogues;
    final Units units;
    final Placements placements;
    final long[] offsets;

    Plan(Tensor... outputs) {
      GraphBuilder builder = new GraphBuilder();
      int[] numbers = Arrays.stream(outputs).mapToInt(builder::add).toArray();
      graph = Lowering.lower(builder.build(numbers));
      views = new Views(graph);
      epilogues = new Epilogues(graph, views);
      Clusters clusters = new Clusters(graph, views, epilogues);
      units = new Units(graph, views, clusters);
      placements = new Placements(graph, views, clusters, epilogues, units);
      offsets = new long[graph.nodes().size() + 1];
      Arrays.fill(offsets, -1);
    }

    /** The nodes of an operation. */
    int[] nodes(String label) {
      return IntStream.range(0, graph.nodes().size())
          .filter(i -> graph.node(i).op().label().equals(label))
          .toArray();
    }

    boolean check(List<long[]> workspaces) {
      return PlanCheck.verify(
          graph,
          views,
          placements,
          epilogues,
          units.schedule(),
          placements.donors(),
          offsets,
          workspaces,
          8L * BYTES);
    }
  }

  private static Tensor data(int seed) {
    return Tensor.normal(Rng.of(seed), 4, 4).evaluate();
  }

  /** Two products of the same matrix, joined by a third. */
  private static Plan products(long first, long second) {
    Tensor a = data(1).matmul(data(2));
    Tensor b = data(3).matmul(data(4));
    Plan plan = new Plan(a.matmul(b));
    int[] products = plan.nodes("matmul");
    plan.offsets[products[0]] = first;
    plan.offsets[products[1]] = second;
    return plan;
  }

  private static void assertRefused(Plan plan, String why) {
    AssertionError e = assertThrows(AssertionError.class, () -> plan.check(List.of()));
    assertTrue(String.valueOf(e.getMessage()).contains(why), e::getMessage);
  }

  @Test
  void valuesThatAreNeededTogetherHaveMemoryOfTheirOwn() {
    assertTrue(products(0, BYTES).check(List.of()));
    assertRefused(products(0, 0), "finds element 0");
    assertRefused(products(0, BYTES - 4), "finds element");
  }

  @Test
  void workSpaceLiesInNothingThatIsNeeded() {
    Plan plan = products(0, BYTES);
    int work = plan.offsets.length - 1;
    plan.offsets[work] = 2 * BYTES;
    assertTrue(plan.check(List.of(new long[] {BYTES, 1})));
    plan.offsets[work] = 0;
    AssertionError e =
        assertThrows(AssertionError.class, () -> plan.check(List.of(new long[] {BYTES, 1})));
    assertTrue(String.valueOf(e.getMessage()).contains("nothing"), e::getMessage);
    plan.offsets[work] = BYTES;
    e = assertThrows(AssertionError.class, () -> plan.check(List.of(new long[] {BYTES, 1})));
    assertTrue(String.valueOf(e.getMessage()).contains("work space"), e::getMessage);
  }

  @Test
  void aKernelDoesntWriteOverWhatItsOtherTasksRead() {
    Plan plan = new Plan(data(1).matmul(data(2)).matmul(data(3)).matmul(data(4)));
    int[] products = plan.nodes("matmul");
    plan.offsets[products[0]] = 0;
    plan.offsets[products[1]] = 0;
    assertRefused(plan, "other tasks read");
  }

  @Test
  void aPassMayWriteOverTheElementThatItReads() {
    Plan plan = new Plan(data(1).matmul(data(2)).tanh().matmul(data(3)));
    plan.offsets[plan.nodes("matmul")[0]] = BYTES;
    plan.offsets[plan.nodes("tanh")[0]] = BYTES;
    assertTrue(plan.check(List.of()));
    plan.offsets[plan.nodes("tanh")[0]] = BYTES + 4;
    assertRefused(plan, "other tasks read");
  }

  @Test
  void partsLieWhereTheyAreJoined() {
    Tensor parts = Tensor.concat(0, List.of(data(1).exp(), data(2).sin()));
    Plan plan = new Plan(parts.matmul(data(3)));
    int joined = plan.nodes("concat")[0];
    int exp = plan.nodes("exp")[0];
    int sin = plan.nodes("sin")[0];
    plan.offsets[joined] = 0;
    plan.offsets[exp] = 0;
    plan.offsets[sin] = BYTES;
    assertTrue(plan.check(List.of()));
    plan.offsets[exp] = BYTES;
    plan.offsets[sin] = 0;
    assertRefused(plan, "isn't where it should be joined");
  }
}
