package shinso.cpu.kernel;

import org.jspecify.annotations.Nullable;
import shinso.cpu.run.Frame;
import shinso.cpu.simd.MoveKernels;

/** A contraction over nothing, or of padding only: its sums are 0. */
final class EmptyContraction extends Simple {
  private final @Nullable Operand bias;
  private final boolean relu;
  private final Operand result;

  EmptyContraction(String label, @Nullable Operand bias, boolean relu, Operand result) {
    super(label);
    this.bias = bias;
    this.relu = relu;
    this.result = result;
  }

  @Override
  public void run(Frame f) {
    MoveKernels.fill(result.address(f), 0, result.size());
    int columns = result.layout().dim(result.layout().rank() - 1);
    Rows.finish(f, bias, relu, result.address(f), result.size(), columns);
  }
}
