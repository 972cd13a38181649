package shinso.core.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** The mutable cell. */
final class ParamTest {
  @Test
  void holdsACopyOfTheInitialValue() {
    float[] values = {1, 2};
    Param p = Param.of(Tensor.owning(values, Shape.of(2)).mul(2));
    values[0] = 9;
    assertArrayEquals(new float[] {2, 4}, p.value().toFloatArray());
    assertEquals(Shape.of(2), p.shape());
    assertEquals(DType.F32, p.dtype());
    assertEquals("Param F32[2]", p.toString());
  }

  @Test
  void assignedValuesAreCopiedToo() {
    Param p = Param.of(Tensor.zeros(2));
    float[] values = {1, 2};
    p.assign(Tensor.owning(values, Shape.of(2)));
    values[0] = 9;
    assertArrayEquals(new float[] {1, 2}, p.value().toFloatArray());
  }

  @Test
  void valuesStayWhatTheyWereWhenItIsAssigned() {
    Param p = Param.of(Tensor.zeros(1));
    List<Tensor> seen = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      seen.add(i % 2 == 0 ? p.value() : p.value().evaluate());
      System.gc();
      p.assign(p.value().add(1));
    }
    for (int i = 0; i < 6; i++) {
      assertEquals(i, seen.get(i).item());
    }
    p.assign(p.value());
    assertEquals(6, p.value().item());
  }

  @Test
  void theValueIsOneTensorUntilItChanges() {
    Param p = Param.of(Tensor.zeros(1));
    Tensor v = p.value();
    assertSame(v, p.value());
    assertSame(v, v.evaluate());
  }

  @Test
  void assignmentsAreChecked() {
    Param p = Param.of(Tensor.zeros(2, 3));
    assertEquals(
        "assign: shapes differ: [2, 3] and [3, 2]",
        assertThrows(IllegalArgumentException.class, () -> p.assign(Tensor.zeros(3, 2)))
            .getMessage());
    assertEquals(
        "assign: element types differ: F32 and I32; use cast",
        assertThrows(IllegalArgumentException.class, () -> p.assign(Tensor.iota(6).reshape(2, 3)))
            .getMessage());
  }
}
