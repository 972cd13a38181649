package shinso.cpu.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import shinso.core.op.ContractionOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.MovementOp;
import shinso.core.op.Op;
import shinso.core.op.PoolSpec;
import shinso.core.op.WindowOp;
import shinso.core.tensor.Shape;
import shinso.cpu.kernel.Case.Input;
import shinso.cpu.layout.Layout;

/** Random products, convolutions and poolings, of sizes at which kernels have their borders. */
final class Cases {
  private static final int[] LARGE = {31, 32, 33, 48, 63, 64, 65, 100, 129};
  private static final int[] CHANNELS = {8, 16, 24, 31, 32, 33, 48, 64};

  private final SplittableRandom random;
  private final boolean halves;

  Cases(SplittableRandom random, boolean halves) {
    this.random = random;
    this.halves = halves;
  }

  Case next() {
    int kind = random.nextInt(10);
    return kind < 5 ? product() : kind < 9 ? convolution() : pooling();
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  private int size() {
    int kind = random.nextInt(10);
    return kind < 4
        ? random.nextInt(1, 5)
        : kind < 9 ? random.nextInt(1, 18) : LARGE[random.nextInt(LARGE.length)];
  }

  Case product() {
    while (true) {
      int m = chance(12) ? 1 : size();
      int n = chance(12) ? 1 : size();
      int k = chance(12) ? 1 : size();
      if (chance(4)) {
        // So long, or so many, that they are cut.
        k = random.nextInt(300, 3000);
      } else if (chance(4)) {
        m = random.nextInt(64, 200);
        n = random.nextInt(16, 100);
      }
      List<Integer> batch = new ArrayList<>();
      for (int i = chance(50) ? 0 : random.nextInt(1, 3); i > 0; i--) {
        batch.add(random.nextInt(1, 5));
      }
      boolean ta = chance(35);
      boolean tb = chance(35);
      Input a = view(batch, ta ? k : m, ta ? m : k);
      Input b = view(batch, tb ? n : k, tb ? k : n);
      boolean bias = chance(25);
      boolean relu = chance(25);
      boolean half = halves && chance(15);
      boolean vector = m == 1 || n == 1;
      boolean adds = batch.isEmpty() && !vector && !bias && !relu && chance(30);
      Op op = new ContractionOp.MatMul(ta, tb);
      Layout left = a.layout();
      Layout right = b.layout();
      boolean read =
          half
              ? KernelFactory.readsRounded(op, 0, left) && KernelFactory.readsRounded(op, 1, right)
              : KernelFactory.reads(op, left) && KernelFactory.reads(op, right);
      if (read) {
        return new Case(op, List.of(a, b), bias, relu, adds, half);
      }
    }
  }

  /** A matrix, or a batch, somewhere in a larger value whose axes come in any order. */
  private Input view(List<Integer> batch, int rows, int columns) {
    List<Integer> dims = new ArrayList<>(batch);
    dims.add(rows);
    dims.add(columns);
    int rank = dims.size();
    List<Integer> repeated = new ArrayList<>();
    for (int i = 0; i < rank - 2; i++) {
      if (chance(15)) {
        repeated.add(i);
      }
    }
    List<Integer> start = new ArrayList<>();
    List<Integer> stop = new ArrayList<>();
    List<Integer> step = new ArrayList<>();
    int[] base = new int[rank];
    for (int i = 0; i < rank; i++) {
      int length = repeated.contains(i) ? 1 : dims.get(i);
      int every = i < rank - 1 && chance(12) ? random.nextInt(2, 4) : 1;
      int first = chance(70) ? 0 : random.nextInt(1, 4);
      int last = first + (length - 1) * every + 1;
      start.add(first);
      stop.add(last);
      step.add(every);
      base[i] = last + (chance(70) ? 0 : random.nextInt(1, 4));
    }
    // The axes as they lie, outermost first.
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    if (chance(50)) {
      for (int i = rank - 1; i > 0; i--) {
        Collections.swap(order, i, random.nextInt(i + 1));
      }
    }
    int[] lying = order.stream().mapToInt(o -> base[o]).toArray();
    List<MovementOp> moves = new ArrayList<>();
    moves.add(
        new MovementOp.Permute(IntStream.range(0, rank).map(order::indexOf).boxed().toList()));
    if (chance(10)) {
      moves.add(new MovementOp.Flip(List.of(random.nextInt(rank))));
    }
    moves.add(new MovementOp.Slice(start, stop, step));
    if (!repeated.isEmpty()) {
      moves.add(new MovementOp.Broadcast(Shape.of(dims)));
    }
    return new Input(Shape.of(lying), moves);
  }

  private int channels() {
    int kind = random.nextInt(10);
    return kind < 4
        ? random.nextInt(1, 5)
        : kind < 8 ? random.nextInt(1, 18) : CHANNELS[random.nextInt(CHANNELS.length)];
  }

  private int padding() {
    return chance(50) ? 0 : random.nextInt(chance(80) ? 3 : 8);
  }

  Case convolution() {
    while (true) {
      boolean large = chance(5);
      int height = random.nextInt(1, large ? 40 : chance(70) ? 7 : 15);
      int width = random.nextInt(1, large ? 40 : chance(70) ? 7 : 15);
      int kernelH = chance(40) ? 3 : random.nextInt(1, chance(80) ? 4 : 7);
      int kernelW = chance(60) ? kernelH : random.nextInt(1, chance(80) ? 4 : 7);
      boolean plain = chance(30);
      ConvSpec spec =
          new ConvSpec(
              plain ? 1 : random.nextInt(1, 4),
              plain ? 1 : random.nextInt(1, 4),
              padding(),
              padding(),
              padding(),
              padding(),
              plain || chance(70) ? 1 : random.nextInt(1, 4),
              plain || chance(70) ? 1 : random.nextInt(1, 4),
              1);
      int in = channels();
      int out = channels();
      if (chance(20)) {
        spec = spec.withGroups(in);
        out = in;
      } else if (chance(25)) {
        int groups = random.nextInt(2, 5);
        spec = spec.withGroups(groups);
        in = groups * random.nextInt(1, 10);
        out = groups * random.nextInt(1, 10);
      } else if (plain && large) {
        in = 16 * random.nextInt(1, 3);
        out = 16 * random.nextInt(1, 3);
      }
      int outHeight = spec.outHeight(height, kernelH);
      int outWidth = spec.outWidth(width, kernelW);
      if (outHeight < 1 || outWidth < 1) {
        continue;
      }
      int batch = random.nextInt(1, large ? 9 : 4);
      Input x = Input.dense(batch, height, width, in);
      Input w = Input.dense(kernelH, kernelW, in / spec.groups(), out);
      Input y = Input.dense(batch, outHeight, outWidth, out);
      int direction = random.nextInt(3);
      ContractionOp op =
          direction == 0
              ? new ContractionOp.Conv2d(spec)
              : direction == 1
                  ? new ContractionOp.Conv2dBackwardData(spec, height, width)
                  : new ContractionOp.Conv2dBackwardWeights(spec, kernelH, kernelW);
      List<Input> operands =
          direction == 0 ? List.of(x, w) : direction == 1 ? List.of(y, w) : List.of(x, y);
      Shape result = op.shape(operands.stream().map(Input::shape).toList());
      boolean half =
          halves
              && chance(15)
              && KernelFactory.takesRounded(
                  op, operands.get(0).base(), operands.get(1).base(), result);
      boolean forward = direction == 0;
      return new Case(op, operands, forward && chance(35), forward && chance(25), false, half);
    }
  }

  Case pooling() {
    while (true) {
      int h = random.nextInt(1, 5);
      int w = chance(60) ? h : random.nextInt(1, 5);
      PoolSpec spec =
          chance(25)
              ? PoolSpec.of(2)
              : new PoolSpec(
                  h,
                  w,
                  random.nextInt(1, 4),
                  random.nextInt(1, 4),
                  random.nextInt(h),
                  random.nextInt(h),
                  random.nextInt(w),
                  random.nextInt(w));
      int height = random.nextInt(1, 12);
      int width = random.nextInt(1, 12);
      if (spec.outHeight(height) < 1 || spec.outWidth(width) < 1) {
        continue;
      }
      int batch = random.nextInt(1, 4);
      int channels = channels();
      Input x = Input.dense(batch, height, width, channels);
      Input y = Input.dense(batch, spec.outHeight(height), spec.outWidth(width), channels);
      boolean counts = chance(50);
      WindowOp op =
          switch (random.nextInt(5)) {
            case 0 -> new WindowOp.MaxPool(spec);
            case 1 -> new WindowOp.MaxPoolScatter(spec);
            case 2 -> new WindowOp.MaxPoolGather(spec);
            case 3 -> new WindowOp.AveragePool(spec, counts);
            default -> new WindowOp.AveragePoolBackward(spec, counts, height, width);
          };
      List<Input> operands =
          switch (op) {
            case WindowOp.MaxPool p -> List.of(x);
            case WindowOp.MaxPoolScatter p -> List.of(x, y);
            case WindowOp.MaxPoolGather p -> List.of(x, x);
            case WindowOp.AveragePool p -> List.of(x);
            case WindowOp.AveragePoolBackward p -> List.of(y);
          };
      return new Case(op, operands, false, false, false, false);
    }
  }
}
