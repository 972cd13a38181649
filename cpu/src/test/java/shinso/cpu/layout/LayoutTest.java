package shinso.cpu.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.op.MovementOp;
import shinso.core.tensor.Shape;

/** Layouts against index arithmetic done by hand. */
class LayoutTest {
  private static Layout view(Shape base, MovementOp... ops) {
    Layout l = Layout.dense(base);
    for (MovementOp op : ops) {
      l = l.apply(op);
      assertNotNull(l, () -> op + " has a view");
    }
    return l;
  }

  @Test
  void permuteExchangesStrides() {
    Layout l = view(Shape.of(2, 3, 5), new MovementOp.Permute(List.of(2, 0, 1)));
    assertEquals(List.of(5, 2, 3), List.of(l.dim(0), l.dim(1), l.dim(2)));
    assertEquals(List.of(1, 15, 5), List.of(l.stride(0), l.stride(1), l.stride(2)));
    assertFalse(l.isDense());
  }

  @Test
  void flipStartsAtTheEnd() {
    Layout l = view(Shape.of(4, 3), new MovementOp.Flip(List.of(0)));
    assertEquals(9, l.offset());
    assertEquals(-3, l.stride(0));
  }

  @Test
  void sliceMovesAndSpreads() {
    Layout l =
        view(Shape.of(10, 4), new MovementOp.Slice(List.of(1, 2), List.of(8, 4), List.of(3, 1)));
    assertEquals(6, l.offset());
    assertEquals(3, l.dim(0));
    assertEquals(12, l.stride(0));
    assertEquals(2, l.dim(1));
  }

  @Test
  void reshapeSplitsAndJoinsWhereStridesAllowIt() {
    Layout transposed = view(Shape.of(6, 4), new MovementOp.Permute(List.of(1, 0)));
    Layout split = transposed.apply(new MovementOp.Reshape(Shape.of(2, 2, 1, 3, 2)));
    assertNotNull(split);
    assertEquals(2, split.stride(0));
    assertEquals(1, split.stride(1));
    assertEquals(8, split.stride(3));
    assertEquals(4, split.stride(4));
    assertNull(
        transposed.apply(new MovementOp.Reshape(Shape.of(24))), "columns don't lie in a row");
    assertNull(transposed.apply(new MovementOp.Reshape(Shape.of(8, 3))));
  }

  @Test
  void kindsOfBroadcast() {
    Layout row = view(Shape.of(6, 1), new MovementOp.Broadcast(Shape.of(6, 5)));
    assertTrue(row.isRowBroadcast(6));
    assertFalse(row.isColumnBroadcast(5));
    Layout column = view(Shape.of(1, 5), new MovementOp.Broadcast(Shape.of(6, 5)));
    assertTrue(column.isColumnBroadcast(5));
    assertFalse(column.isRowBroadcast(6));
    assertTrue(view(Shape.of(1, 1), new MovementOp.Broadcast(Shape.of(6, 5))).isScalar());
    Layout image =
        view(
            Shape.of(5),
            new MovementOp.Reshape(Shape.of(1, 1, 1, 5)),
            new MovementOp.Broadcast(Shape.of(2, 3, 4, 5)));
    assertTrue(image.isColumnBroadcast(5));
  }
}
