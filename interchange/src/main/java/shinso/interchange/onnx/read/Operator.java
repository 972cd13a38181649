package shinso.interchange.onnx.read;

import java.util.List;

/** What an operator computes. */
@FunctionalInterface
interface Operator {
  /** Returns the outputs. */
  List<Operand> apply(Call call);

  /** An operator with one output. */
  @FunctionalInterface
  interface Single {
    /** Returns the output. */
    Operand apply(Call call);
  }

  /** Returns an operator with one output. */
  static Operator of(Single single) {
    return call -> List.of(single.apply(call));
  }
}
