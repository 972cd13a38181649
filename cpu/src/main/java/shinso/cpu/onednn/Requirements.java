package shinso.cpu.onednn;

import java.util.ArrayList;
import java.util.List;

/** Conditions that both kinds of contraction put on their specs. */
final class Requirements {
  private Requirements() {}

  static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, but is " + value);
    }
  }

  static void ranks(String where, List<PostOp> postOps, int rank) {
    for (PostOp postOp : postOps) {
      switch (postOp) {
        case PostOp.Sum _, PostOp.Elementwise _ -> {}
        case PostOp.WithTensor(BinaryPostOp _, StridedLayout operand) ->
            rank(where, postOp, operand, rank);
        case PostOp.Select(StridedLayout other, StridedLayout condition) -> {
          rank(where, postOp, other, rank);
          rank(where, postOp, condition, rank);
        }
      }
    }
  }

  private static void rank(String where, PostOp postOp, StridedLayout layout, int rank) {
    if (layout.strides().size() != rank) {
      throw new IllegalArgumentException(where + ": " + rank + " strides expected in " + postOp);
    }
  }

  static List<PostOp> appended(List<PostOp> postOps, PostOp postOp) {
    List<PostOp> longer = new ArrayList<>(postOps);
    longer.add(postOp);
    return longer;
  }
}
