package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** The check finds what it is for, and says where it is. */
@Tag("row-D3")
final class ParameterCheckTest {
  private final Param w = Param.of(Tensor.normal(Rng.of(1), 3, 5));
  private final Param b = Param.of(Tensor.normal(Rng.of(2), 5));
  private final Tensor x = Tensor.normal(Rng.of(3), 4, 3).evaluate();

  private Map<String, Param> params() {
    Map<String, Param> params = new LinkedHashMap<>();
    params.put("weight", w);
    params.put("bias", b);
    return params;
  }

  private ParameterCheck.Report check(Tensor loss) {
    return ParameterCheck.run(params(), loss, Rng.of(4));
  }

  private Tensor output() {
    return x.matmul(w.value()).add(b.value()).tanh();
  }

  @Test
  void rightDerivativesPassInDouble() {
    Tensor before = w.value();
    ParameterCheck.Report report = check(output().square().mean());
    assertEquals(report, report.requireBelow(1e-6));
    assertEquals(List.of("weight", "bias"), report.findings().stream().map(f -> f.name()).toList());
    for (ParameterCheck.Finding f : report.findings()) {
      assertTrue(Math.abs(f.numeric()) > 1e-3, f.toString());
      assertNull(f.index());
      assertEquals(f.name(), f.where());
    }
    assertEquals(output().square().mean().item(), report.loss(), 1e-3);
    assertEquals(before, w.value(), "the parameters stay as they are");
  }

  /** One element's derivative is wrong: its position is found. */
  @ParameterizedTest
  @CsvSource({"0, 0", "1, 3", "2, 4"})
  void theWrongElementIsNamed(int row, int column) {
    Tensor part = w.value().at(0, row).at(0, column);
    Tensor hidden = part.mul(part.stopGradient()).sum(); // the derivative w instead of 2 w
    ParameterCheck.Report report = check(output().square().mean().add(hidden));
    List<ParameterCheck.Finding> wrong = report.wrong(1e-5);
    assertEquals(1, wrong.size());
    assertEquals("weight[" + row + ", " + column + "]", wrong.getFirst().where());
    double value = Math.abs(w.value().toDoubleArray()[5 * row + column]);
    double difference = Math.abs(wrong.getFirst().numeric() - wrong.getFirst().analytic());
    assertEquals(value, difference, 1e-3 * value + 1e-6);
    AssertionError e = assertThrows(AssertionError.class, () -> report.requireBelow(1e-5));
    String message = String.valueOf(e.getMessage());
    assertTrue(
        message.startsWith("wrong derivative by weight[" + row + ", " + column + "]: "), message);
  }

  @Test
  void kinksAreNoMistakes() {
    // The first unit lies 10⁻⁶ before its kink, the last one on it.
    Param near = Param.of(Tensor.of(new double[] {1e-6, -1, 2, 0}));
    ParameterCheck.run(Map.of("w", near), near.value().relu().sum(), Rng.of(5)).requireBelow(1e-5);
  }

  @Test
  void notANumberIsFound() {
    Param negative = Param.of(Tensor.of(new double[] {4, 0, 9}));
    ParameterCheck.Report report =
        ParameterCheck.run(
            Map.of("w", negative),
            negative.value().sub(negative.value()).sqrt().sum().add(1),
            Rng.of(6));
    assertEquals(1, report.wrong(1e9).size());
  }

  @Test
  void whatTheLossDoesNotDependOnHasTheDerivativeZero() {
    ParameterCheck.Report report = check(b.value().exp().sum()).requireBelow(1e-6);
    assertEquals(0, report.findings().getFirst().analytic());
    assertEquals(0, report.findings().getFirst().numeric());
  }

  @Test
  void errors() {
    Param integers = Param.of(Tensor.iota(2));
    assertThrows(
        IllegalArgumentException.class,
        () -> ParameterCheck.run(Map.of("n", integers), output().sum(), Rng.of(1)));
    assertThrows(IllegalArgumentException.class, () -> check(Tensor.iota(1)));
    assertThrows(IllegalArgumentException.class, () -> check(output()));
  }

  /** Draws, casts and integers in the loss: all else is in double. */
  @Test
  void singlePrecisionInTheLossIsNoError() {
    Tensor mask = Tensor.full(Shape.of(4, 5), 0.5).bernoulli(Rng.of(7));
    Tensor y = output().mul(mask).add(Tensor.normal(Rng.of(8), 4, 5)).cast(DType.F32);
    Tensor picked = y.gather(1, Tensor.of(new int[] {3, 1, 3})).sum(0).softmax(0);
    check(picked.mul(Tensor.ones(3).add(Tensor.iota(3).cast(DType.F32))).sum()).requireBelow(1e-6);
  }
}
