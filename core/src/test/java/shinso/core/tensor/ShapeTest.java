package shinso.core.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Shapes. */
final class ShapeTest {
  private static final Shape S = Shape.of(2, 3, 4);

  @Test
  void basics() {
    assertEquals(3, S.rank());
    assertEquals(24, S.size());
    assertEquals(4, S.dim(-1));
    assertEquals(2, S.dim(0));
    assertEquals(1, Shape.SCALAR.size());
    assertEquals(0, Shape.of(2, 0, 5).size());
    assertEquals("[2, 3, 4]", S.toString());
    assertEquals("[]", Shape.SCALAR.toString());
    assertEquals(S, Shape.of(List.of(2, 3, 4)));
    assertEquals(S.hashCode(), Shape.of(2, 3, 4).hashCode());
    assertFalse(S.equals(Shape.of(4, 3, 2)));
    assertArrayEquals(new int[] {12, 4, 1}, S.strides());
  }

  @Test
  void copiesItsLengths() {
    int[] dims = {2, 3};
    Shape s = Shape.of(dims);
    dims[0] = 9;
    s.dims()[1] = 9;
    assertEquals(Shape.of(2, 3), s);
  }

  @Test
  void changes() {
    assertEquals(Shape.of(2, 3, 7), S.with(-1, 7));
    assertEquals(Shape.of(1, 2, 3, 4), S.insert(0, 1));
    assertEquals(Shape.of(2, 3, 4, 1), S.insert(-1, 1));
    assertEquals(Shape.of(2, 3, 4, 1), S.insert(3, 1));
    assertEquals(Shape.of(3), S.slice(1, 2));
    assertEquals(Shape.of(2, 3, 4, 5), S.concat(Shape.of(5)));
  }

  @Test
  void broadcasting() {
    assertTrue(Shape.of(3, 1).broadcastsTo(S));
    assertTrue(Shape.SCALAR.broadcastsTo(S));
    assertTrue(Shape.of(1).broadcastsTo(Shape.of(0)));
    assertFalse(Shape.of(2).broadcastsTo(S));
    assertFalse(S.broadcastsTo(Shape.of(3, 4)));
    assertFalse(Shape.of(0).broadcastsTo(Shape.of(1)));
  }

  @Test
  void errors() {
    assertMessage("a shape has no negative lengths: [2, -1]", () -> Shape.of(2, -1));
    assertMessage("there is no axis 3 in the shape [2, 3, 4]", () -> S.dim(3));
    assertMessage("there is no axis -4 in the shape [2, 3, 4]", () -> S.with(-4, 1));
    assertMessage("an axis can't be inserted at 4 in the shape [2, 3, 4]", () -> S.insert(4, 1));
    assertMessage(
        "a tensor has at most 2147483647 elements, [65536, 65536] has more; split it",
        () -> Shape.of(65536, 65536));
    assertMessage(
        "a tensor has at most 2147483647 elements, [2147483647, 2147483647, 2147483647] has more;"
            + " split it",
        () -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE));
  }

  private static void assertMessage(String message, Executable body) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, body).getMessage());
  }
}
