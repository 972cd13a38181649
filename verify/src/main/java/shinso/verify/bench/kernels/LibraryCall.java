package shinso.verify.bench.kernels;

import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.onednn.Spec;

/** A call of oneDNN on operands of its own, in the formats that it likes best. */
final class LibraryCall {
  private final Call call;
  private final long scratch;
  private final long[] operands;

  private LibraryCall(Primitive primitive) {
    call = primitive.bind();
    scratch = KernelMemory.floats(primitive.scratchBytes() / 4 + 1);
    operands = new long[primitive.arity()];
    for (int i = 0; i < operands.length; i++) {
      operands[i] = KernelMemory.floats(primitive.format(i).bytes() / 4);
    }
  }

  /**
   * Prepares a call.
   *
   * @throws IllegalStateException if oneDNN can't be loaded
   */
  static LibraryCall of(Spec spec) {
    return switch (OneDnn.load()) {
      case OneDnn.Loaded.Ready ready -> new LibraryCall(ready.oneDnn().primitive(spec));
      case OneDnn.Loaded.Off off -> throw new IllegalStateException("no oneDNN: " + off.reason());
    };
  }

  void run() {
    call.execute(scratch, operands);
  }
}
