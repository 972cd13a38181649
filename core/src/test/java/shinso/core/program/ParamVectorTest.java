package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import shinso.core.autodiff.Autodiff;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

class ParamVectorTest {
  private final Param weight = Param.of(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
  private final Param bias = Param.of(Tensor.owning(new float[] {7}, Shape.SCALAR));
  private final ParamVector vector = ParamVector.of(List.of(weight, bias));

  @Test
  void numbersAreInRowMajorOrder() {
    assertEquals(7, vector.size());
    assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 7}, vector.get());
    assertArrayEquals(vector.get(), vector.value().toDoubleArray());
  }

  @Test
  void setIsTheInverseOfGet() {
    vector.set(new double[] {7, 6, 5, 4, 3, 2, 0.1});
    assertArrayEquals(new float[] {7, 6, 5, 4, 3, 2}, weight.value().toFloatArray());
    assertEquals(0.1f, bias.value().item());
    vector.set(vector.value().mul(2));
    assertArrayEquals(new double[] {14, 12, 10, 8, 6, 4, 0.2f}, vector.get());
  }

  @Test
  void doublesStayDoubles() {
    Param exact = Param.of(Tensor.of(new double[] {1, 2}));
    ParamVector doubles = ParamVector.of(List.of(exact));
    ParamVector.Objective objective = doubles.valueAndGradient(() -> exact.value().square().sum());
    ParamVector.Value v = objective.at(new double[] {0.1, 1e-9});
    assertEquals(0.1 * 0.1 + 1e-18, v.value(), 1e-17);
    assertArrayEquals(new double[] {0.2, 2e-9}, v.gradient(), 1e-17);
    assertArrayEquals(new double[] {0.1, 1e-9}, doubles.get());
  }

  @Test
  void valuesThatWereGivenStayTheSame() {
    Tensor before = weight.value();
    vector.set(new double[7]);
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, before.toFloatArray());
  }

  @Test
  void valueAndGradientAreOfOneProgramThatIsTracedOnce() {
    AtomicInteger traces = new AtomicInteger();
    ParamVector.Objective objective =
        vector.valueAndGradient(() -> {
          traces.incrementAndGet();
          return weight.value().square().sum().mul(bias.value());
        });
    ParamVector.Value v = objective.at(new double[] {1, 0, -1, 2, 0, 0, 3});
    assertEquals(18, v.value());
    assertArrayEquals(new double[] {6, 0, -6, 12, 0, 0, 6}, v.gradient());
    assertArrayEquals(new double[] {1, 0, -1, 2, 0, 0, 3}, vector.get());
    assertEquals(0, objective.at(new double[7]).value());
    assertEquals(1, traces.get());
  }

  @Test
  void aLineSearchFindsTheMinimum() {
    ParamVector.Objective objective =
        vector.valueAndGradient(() -> vector.value().sub(3).square().sum());
    double[] x = vector.get();
    ParamVector.Value here = objective.at(x);
    for (int i = 0; i < 40 && here.value() > 0; i++) {
      for (int j = 0; j < x.length; j++) {
        x[j] -= 0.5 * here.gradient()[j];
      }
      here = objective.at(x);
    }
    assertArrayEquals(new double[] {3, 3, 3, 3, 3, 3, 3}, vector.get());
  }

  @Test
  void gradientsFlowThroughTheValue() {
    Tensor y = vector.value().slice(0, 1, 3).square().sum();
    assertArrayEquals(
        new float[] {0, 4, 6, 0, 0, 0}, Autodiff.gradient(y, weight).toFloatArray(), 1e-9f);
  }

  @Test
  void errors() {
    assertMessage("ParamVector: 3 numbers for a vector of 7", () -> vector.set(new double[3]));
    assertMessage(
        "ParamVector: a tensor [7, 1] for a vector of 7", () -> vector.set(Tensor.zeros(7, 1)));
    assertMessage(
        "ParamVector: a parameter is named twice; one that is shared belongs into the list once",
        () -> ParamVector.of(List.of(bias, bias)));
    Param counter = Param.of(Tensor.constant(0, DType.I32));
    assertMessage(
        "ParamVector: takes parameters that are all F32 or all F64, not Param I32[]",
        () -> ParamVector.of(List.of(counter)));
    Param exact = Param.of(Tensor.of(new double[] {1}));
    assertMessage(
        "ParamVector: takes parameters that are all F32 or all F64, not Param F64[1]",
        () -> ParamVector.of(List.of(bias, exact)));
  }

  private static void assertMessage(
      String message, org.junit.jupiter.api.function.Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
