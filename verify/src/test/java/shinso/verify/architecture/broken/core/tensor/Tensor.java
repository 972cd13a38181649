package shinso.verify.architecture.broken.core.tensor;

import shinso.verify.architecture.broken.core.op.Op;
import shinso.verify.architecture.broken.core.program.Evaluator;

/** Defined by its operation; asks the evaluator for its numbers. Neither counts as a cycle. */
public record Tensor(Op op) {
  Evaluator evaluator() {
    return new Evaluator(this);
  }
}
