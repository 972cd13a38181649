package shinso.cpu.kernel;

import shinso.cpu.run.Frame;
import shinso.cpu.simd.element.MoveKernels;

/** A contraction over nothing, or of padding only: its sums are 0. */
final class EmptyContraction extends Simple {
  private final Epilogue epilogue;
  private final Operand result;

  EmptyContraction(String label, Epilogue epilogue, Operand result) {
    super(label);
    this.epilogue = epilogue;
    this.result = result;
  }

  @Override
  public void run(Frame f) {
    MoveKernels.fill(result.address(f), 0, result.size());
    int columns = result.layout().dim(result.layout().rank() - 1);
    epilogue.finish(f, result.address(f), result.size(), columns);
  }
}
