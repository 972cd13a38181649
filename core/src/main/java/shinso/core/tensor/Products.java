package shinso.core.tensor;

import shinso.core.op.ContractionOp;

/** Matrix products of operands of all ranks. */
final class Products {
  private Products() {}

  static Tensor matmul(Tensor a, Tensor b) {
    Shape left = a.shape();
    Shape right = b.shape();
    if (left.rank() == 0 || right.rank() == 0) {
      throw new IllegalArgumentException(
          "matmul: scalars have no matrix product: " + left + " x " + right + "; use mul");
    }
    // Before shapes become others than the user's.
    Check.innerDimension(left, right, false, false);
    if (left.rank() == 1) {
      Tensor row = a.unsqueeze(0).matmul(b);
      return right.rank() == 1 ? row.reshape(Shape.SCALAR) : row.squeeze(-2);
    }
    if (right.rank() == 1) {
      return a.matmul(b.unsqueeze(1)).squeeze(-1);
    }
    ContractionOp.MatMul op = new ContractionOp.MatMul(false, false);
    if (right.rank() == 2 && left.rank() > 2) {
      // One large product instead of a batch of small ones.
      Shape rows = left.slice(0, left.rank() - 1);
      Tensor flat = a.reshape(rows.size(), left.dim(-1));
      return TensorAccess.apply(op, flat, b).reshape(rows.concat(Shape.of(right.dim(1))));
    }
    Shape leftBatch = left.slice(0, left.rank() - 2);
    Shape rightBatch = right.slice(0, right.rank() - 2);
    Shape batch =
        leftBatch.equals(rightBatch)
            ? leftBatch
            : Check.broadcast("matmul, batches of " + left + " x " + right, leftBatch, rightBatch);
    Tensor l = a.broadcastTo(batch.concat(left.slice(left.rank() - 2, left.rank())));
    Tensor r = b.broadcastTo(batch.concat(right.slice(right.rank() - 2, right.rank())));
    return TensorAccess.apply(op, l, r);
  }

  static Tensor outer(Tensor a, Tensor b) {
    Check.rankAtLeast("outer", a.shape(), 1);
    Check.rankAtLeast("outer", b.shape(), 1);
    Shape left = a.shape().slice(0, a.shape().rank() - 1);
    Shape right = b.shape().slice(0, b.shape().rank() - 1);
    if (!left.equals(right)) {
      Check.broadcast("outer, batches of " + a.shape() + " and " + b.shape(), left, right);
    }
    return a.unsqueeze(-1).mul(b.unsqueeze(-2));
  }
}
