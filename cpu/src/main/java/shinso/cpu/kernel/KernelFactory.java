package shinso.cpu.kernel;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.op.BinaryOp;
import shinso.core.op.CastOp;
import shinso.core.op.ContractionOp;
import shinso.core.op.IndexOp;
import shinso.core.op.Leaf;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.RandomOp;
import shinso.core.op.ReduceOp;
import shinso.core.op.ScanOp;
import shinso.core.op.SelectOp;
import shinso.core.op.UnaryOp;
import shinso.core.op.WindowOp;
import shinso.core.tensor.Shape;
import shinso.cpu.layout.Layout;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.simd.Lanes;

/** Makes the kernel of an operation that isn't part of a fused pass. */
public final class KernelFactory {
  /** With fewer images than this, one image for a task is too much. */
  private static final int FEW_IMAGES = 4;

  /** Elements of rows that are worth being copied on their own. */
  private static final int SHORTEST_ROW = 16;

  private final @Nullable OneDnn oneDnn;

  /**
   * Creates a factory.
   *
   * @param oneDnn the library for contractions, or null to use the portable kernels
   */
  public KernelFactory(@Nullable OneDnn oneDnn) {
    this.oneDnn = oneDnn;
  }

  /**
   * Returns a kernel.
   *
   * @param epilogue what a contraction does with its sums; ignored for other operations
   */
  public Kernel make(
      Op op, List<Operand> in, Epilogue epilogue, Operand result, Workspace workspace) {
    // Positions are checked even where nothing is read from them.
    if (result.size() == 0 && !(op instanceof IndexOp)) {
      return nothing(op.label());
    }
    return switch (op) {
      case ContractionOp c -> contraction(c, in.get(0), in.get(1), epilogue, result, workspace);
      case WindowOp w -> PoolKernel.of(w, in, result);
      case IndexOp.Gather g -> ElementKernels.gather(g, in.get(0), in.get(1), result);
      case IndexOp.ScatterAdd s -> ElementKernels.scatterAdd(s, in.get(0), in.get(1), result);
      case IndexOp.OneHot o -> ElementKernels.oneHot(o, in.getFirst(), result);
      case IndexOp.ArgSort a -> ElementKernels.argSort(a, in.getFirst(), result);
      case ScanOp s -> new ScanKernel(s, in.getFirst(), result);
      case RandomOp.Split s -> ElementKernels.split(s, in.getFirst(), result);
      case RandomOp.Gamma g -> ElementKernels.gamma(in.get(0), in.get(1), result);
      case MovementOp.Pad p -> MovementKernels.pad(p, in.getFirst(), result);
      case MovementOp.Concat c -> MovementKernels.concat(c, in, new BitSet(), result);
      case ReduceOp r when r.kind() == ReduceOp.Kind.ARGMAX ->
          ElementKernels.argmax(in.getFirst(), result);
      case ReduceOp r -> ElementKernels.reduce(r, in.getFirst(), result);
      case UnaryOp u -> throw fused(op);
      case BinaryOp b -> throw fused(op);
      case SelectOp s -> throw fused(op);
      // Of the casts only that to bfloat16 has a kernel of its own.
      case CastOp c -> new RoundingKernel(in.getFirst(), result);
      case RandomOp.Draw d -> throw fused(op);
      case MovementOp m -> throw fused(op);
      case Leaf l -> throw fused(op);
    };
  }

  /**
   * Returns a kernel that joins values, some of which lie in the result already.
   *
   * @param placed the operands that needn't be copied
   */
  public Kernel join(MovementOp.Concat op, List<Operand> in, BitSet placed, Operand result) {
    return MovementKernels.concat(op, in, placed, result);
  }

  /**
   * Returns a kernel that copies a view in the order in which it lies in memory, or null if a fused
   * pass does as well: if its rows are short or already in that order.
   *
   * @param view what is copied, with the result's axes
   */
  public @Nullable Kernel copy(Operand view, Operand result) {
    Layout from = view.layout();
    int last = from.rank() - 1;
    boolean rows = last > 0 && from.stride(last) == 1 && from.dim(last) >= SHORTEST_ROW;
    boolean ordered = true;
    for (int i = 0; i < last && rows; i++) {
      rows = from.stride(i) >= from.dim(last);
      ordered &= from.stride(i) >= from.stride(i + 1);
    }
    return rows && !ordered ? MovementKernels.copy(view, result) : null;
  }

  /** Whether the kernel of a contraction can read a layout. */
  public static boolean reads(Op contraction, Layout layout) {
    return contraction instanceof ContractionOp.MatMul
        ? MatrixView.isReadable(layout)
        : layout.isDense();
  }

  /**
   * Whether the kernel of a contraction can read a layout of elements that were rounded to
   * bfloat16.
   *
   * @param position which operand it is
   */
  public static boolean readsRounded(Op contraction, int position, Layout layout) {
    if (!reads(contraction, layout)) {
      return false;
    }
    return !(contraction instanceof ContractionOp.MatMul m)
        || position == 1
        || OneDnnMatmul.readsRounded(MatrixView.of(layout, m.transposeA()));
  }

  /** Whether a contraction is computed rightly of operands that were rounded to bfloat16. */
  public static boolean takesRounded(ContractionOp op, Shape a, Shape b, Shape result) {
    return switch (op) {
      case ContractionOp.MatMul m -> true;
      case ContractionOp.Conv2d c ->
          OneDnnConvolution.takesRounded(
              Direction.FORWARD, c.spec(), Geometry.of(a, b, result, c.spec()));
      case ContractionOp.Conv2dBackwardData c ->
          OneDnnConvolution.takesRounded(
              Direction.BACKWARD_DATA, c.spec(), Geometry.of(result, b, a, c.spec()));
      case ContractionOp.Conv2dBackwardWeights c ->
          OneDnnConvolution.takesRounded(
              Direction.BACKWARD_WEIGHTS, c.spec(), Geometry.of(a, result, b, c.spec()));
    };
  }

  private static IllegalStateException fused(Op op) {
    return new IllegalStateException(
        "an operation of fused passes has no kernel of its own: " + op);
  }

  private static Kernel nothing(String label) {
    return new Simple(label) {
      @Override
      public void run(Frame f) {
        // The result has no elements.
      }
    };
  }

  private Kernel contraction(
      ContractionOp op,
      Operand a,
      Operand b,
      Epilogue epilogue,
      Operand result,
      Workspace workspace) {
    if (a.size() == 0 || b.size() == 0) {
      return new EmptyContraction(op.label(), epilogue, result);
    }
    return op instanceof ContractionOp.MatMul m
        ? product(m, a, b, epilogue, result, workspace)
        : convolution(ConvolutionOperands.of(op, a, b, result), epilogue, workspace);
  }

  private Kernel product(
      ContractionOp.MatMul op,
      Operand a,
      Operand b,
      Epilogue epilogue,
      Operand result,
      Workspace workspace) {
    Kernel special = VectorMatmul.of(op, a, b, epilogue, result, workspace);
    if (special == null && epilogue.isNone()) {
      special = OuterProductMatmul.of(op, a, b, result);
    }
    if (special != null) {
      return special;
    }
    return oneDnn != null
        ? new OneDnnMatmul(oneDnn, op, a, b, epilogue, result, workspace)
        : new PortableMatmul(op, a, b, epilogue, result);
  }

  private Kernel convolution(ConvolutionOperands operands, Epilogue epilogue, Workspace workspace) {
    if (!operands.shape().seesImage()) {
      return new EmptyContraction("conv2d of padding", epilogue, operands.result());
    }
    boolean filterGradient = operands.direction() == Direction.BACKWARD_WEIGHTS;
    boolean half = operands.first().half();
    if (oneDnn != null && !half && WinogradTiles.accepts(operands.spec(), operands.geometry())) {
      return filterGradient
          ? new WinogradFilterGradient(oneDnn, operands, workspace)
          : new WinogradConvolution(oneDnn, operands, epilogue, workspace);
    }
    // Operands that were rounded are for oneDNN.
    if (oneDnn != null
        && (half
            || (!isForRows(operands)
                && OneDnnConvolution.isRight(oneDnn, operands, epilogue.bias() != null)))) {
      return new OneDnnConvolution(oneDnn, operands, epilogue, workspace);
    }
    if (operands.shape().isDepthwise()) {
      return new DepthwiseConvolution(operands, epilogue, workspace);
    }
    return filterGradient
        ? new PortableFilterGradient(operands, workspace)
        : new PortableConvolution(operands, epilogue, workspace);
  }

  /**
   * Whether an own kernel is faster than oneDNN, since there are fewer images than tasks: it cuts
   * rows. Otherwise the two are equally fast where vectors have 512 bits and channels fill them.
   */
  private static boolean isForRows(ConvolutionOperands operands) {
    Geometry g = operands.geometry();
    int columns = operands.direction() == Direction.BACKWARD_DATA ? g.channels() : g.filters();
    return g.batch() < FEW_IMAGES
        && Blocks.tasks(g.flops()) >= 4 * g.batch()
        && Lanes.bits() == 512
        && g.groups() == 1
        && columns % 32 == 0;
  }
}
