package shinso.cpu.simd;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import shinso.core.op.BinaryOp;
import shinso.core.op.ConvSpec;
import shinso.core.op.PoolSpec;
import shinso.core.op.UnaryOp;
import shinso.cpu.simd.convolution.ConvShape;
import shinso.cpu.simd.convolution.Convolutions;
import shinso.cpu.simd.convolution.PoolKernels;
import shinso.cpu.simd.convolution.PoolShape;
import shinso.cpu.simd.element.BinaryKernels;
import shinso.cpu.simd.element.GammaKernels;
import shinso.cpu.simd.element.IntKernels;
import shinso.cpu.simd.element.RandomKernels;
import shinso.cpu.simd.element.ReduceKernels;
import shinso.cpu.simd.element.Reduction;
import shinso.cpu.simd.element.ScanKernels;
import shinso.cpu.simd.element.SelectKernels;
import shinso.cpu.simd.product.DotKernels;
import shinso.cpu.simd.product.Gemm;

/**
 * Hashes of the bits that every kernel gives for the same operands. Its {@code main} prints them,
 * so that JVMs with other flags can be compared.
 */
final class Fingerprint {
  /** Several vectors and a rest of every width. */
  private static final int N = 207;

  private final Map<String, Integer> hashes = new LinkedHashMap<>();
  private final Random random = new Random(31);

  private Fingerprint() {}

  public static void main(String[] args) {
    take().forEach((name, hash) -> System.out.println(name + " " + Integer.toHexString(hash)));
  }

  /** Kernel names and hashes, in a fixed order. */
  static Map<String, Integer> take() {
    Fingerprint f = new Fingerprint();
    f.elementwise();
    f.reductions();
    f.randomNumbers();
    f.scans();
    f.products();
    f.convolutions();
    f.poolings();
    return f.hashes;
  }

  private void add(String name, Memory result) {
    add(name, Arrays.hashCode(Values.bits(result.floats())));
  }

  private void add(String name, int hash) {
    if (hashes.put(name, hash) != null) {
      throw new IllegalStateException(name + " twice");
    }
  }

  private void elementwise() {
    Memory a = Memory.of(Values.mixed(random, N), 1);
    Memory b = Memory.of(Values.mixed(random, N), 2);
    Memory k = Memory.of(Values.ints(random, N), 1);
    Memory l = Memory.of(Values.ints(random, N), 2);
    // No special values: these take other paths of some functions.
    Memory plain = Memory.of(Values.gaussian(random, N), 1);
    Memory positive = Memory.room(N);
    Functions.apply(UnaryOp.Kind.ABS, positive.address, plain.address, N);
    Memory dst = Memory.room(N);
    for (UnaryOp.Kind op : UnaryOp.Kind.values()) {
      Functions.apply(op, dst.address, a.address, N);
      add(op.name(), dst);
      Functions.apply(op, dst.address, plain.address, N);
      add(op + " plain", dst);
      Functions.apply(op, dst.address, positive.address, N);
      add(op + " positive", dst);
    }
    for (BinaryOp.Kind op : BinaryOp.Kind.values()) {
      BinaryKernels.apply(op, dst.address, a.address, b.address, N);
      add(op.name(), dst);
      BinaryKernels.applyRight(op, dst.address, a.address, 1.7f, N);
      add(op + " right", dst);
      BinaryKernels.applyLeft(op, dst.address, 1.7f, b.address, N);
      add(op + " left", dst);
      if (op != BinaryOp.Kind.POW) {
        IntKernels.apply(op, dst.address, k.address, l.address, N);
        add(op + " int", Arrays.hashCode(dst.ints()));
      }
    }
    SelectKernels.select(dst.address, a.address, a.address, b.address, N);
    add("select", dst);
    IntKernels.fromFloat(dst.address, a.address, N);
    add("fromFloat", Arrays.hashCode(dst.ints()));
    IntKernels.toFloat(dst.address, k.address, N);
    add("toFloat", dst);
  }

  private void reductions() {
    for (int columns : new int[] {10, 69, 207}) {
      int rows = 621 / columns;
      Memory a = Memory.of(Values.gaussian(random, rows * columns), 1);
      Memory b = Memory.of(Values.mixed(random, rows * columns), 1);
      Memory perRow = Memory.room(rows);
      Memory perColumn = Memory.of(new float[columns]);
      String size = " of " + columns;
      for (Reduction op : Reduction.values()) {
        Memory x = op == Reduction.SUM ? a : b;
        ReduceKernels.rows(op, perRow.address, x.address, rows, columns);
        add(op + " rows" + size, perRow);
        ReduceKernels.columns(op, perColumn.address, x.address, rows, columns);
        add(op + " columns" + size, perColumn);
      }
      ReduceKernels.argMax(perRow.address, b.address, rows, columns);
      add("argMax" + size, Arrays.hashCode(perRow.ints()));
    }
    int n = 5000;
    Memory sum = Memory.room(1);
    Memory a = Memory.of(Values.gaussian(random, n), 1);
    ReduceKernels.rows(Reduction.SUM, sum.address, a.address, 1, n);
    add("SUM of blocks", sum);
  }

  private void randomNumbers() {
    Memory dst = Memory.room(N);
    RandomKernels.bits(dst.address, 1, 2, 5, N);
    add("bits", Arrays.hashCode(dst.ints()));
    RandomKernels.uniform(dst.address, 1, 2, 5, N);
    add("uniform", dst);
    RandomKernels.normal(dst.address, 1, 2, 5, N);
    add("normal", dst);
    Memory alpha = Memory.of(Values.gaussian(random, N), 1);
    Functions.apply(UnaryOp.Kind.ABS, alpha.address, alpha.address, N);
    Memory scratch = Memory.room(GammaKernels.SCRATCH_BYTES / 4);
    GammaKernels.gamma(dst.address, alpha.address, 1, 2, 5, N, scratch.address);
    add("gamma", dst);
  }

  private void scans() {
    Memory a = Memory.of(Values.gaussian(random, 3 * N), 1);
    Memory dst = Memory.room(3 * N);
    for (boolean exclusive : new boolean[] {false, true}) {
      String kind = exclusive ? "exclusive " : "";
      Memory sums = Memory.of(new float[2 * N]);
      for (long row = 0; row < 3; row++) {
        long at = 4 * N * row;
        ScanKernels.row(exclusive, dst.address + at, a.address + at, sums.address, N);
      }
      add(kind + "sums of columns", dst);
      ScanKernels.chains(exclusive, dst.address, a.address, 3, 4L * N, N, 4);
      add(kind + "sums of rows", dst);
    }
  }

  private void products() {
    int m = 14;
    int n = 37;
    int k = 300;
    Memory a = Memory.of(Values.gaussian(random, m * k), 1);
    Memory b = Memory.of(Values.gaussian(random, n * k), 1);
    Memory bias = Memory.of(Values.gaussian(random, n), 1);
    Memory c = Memory.room(m * n);
    Memory scratch = Memory.room((int) (Gemm.scratchBytes(n, k) / 4));
    Gemm.multiply(
        c.address,
        n,
        a.address,
        k,
        1,
        b.address,
        n,
        1,
        m,
        n,
        k,
        bias.address,
        false,
        scratch.address);
    add("product", c);
    Gemm.multiply(
        c.address, n, a.address, k, 1, b.address, n, 1, 2, n, k, 0, true, scratch.address);
    add("thin product", c);
    Memory dots = Memory.room(m);
    DotKernels.rows(dots.address, b.address, a.address, k, m, k, 0);
    add("scalar products", dots);
  }

  private void convolutions() {
    ConvSpec spec = ConvSpec.VALID.withPadding(1).withStride(2);
    convolution("", new ConvShape(spec.withGroups(2), 6, 7, 6, 3, 3, 10));
    convolution("plain ", new ConvShape(ConvSpec.VALID.withPadding(2), 6, 7, 33, 3, 3, 10));
    convolution("depthwise ", new ConvShape(spec.withGroups(10), 6, 7, 10, 3, 3, 10));
  }

  private void convolution(String kind, ConvShape s) {
    Memory x = Memory.of(Values.gaussian(random, 2 * 6 * 7 * s.channels()), 1);
    Memory w = Memory.of(Values.gaussian(random, s.patch() * 10), 1);
    Memory dy = Memory.of(Values.gaussian(random, 2 * s.positions() * 10), 1);
    Memory y = Memory.room(2 * s.positions() * 10);
    Memory dx = Memory.room(2 * 6 * 7 * s.channels());
    Memory dw = Memory.of(new float[s.patch() * 10]);
    Convolutions.forward(s, y.address, x.address, w.address, 0, 0, 2);
    add(kind + "convolution", y);
    Convolutions.backwardData(s, dx.address, dy.address, w.address, 0, 2);
    add(kind + "convolution data", dx);
    Convolutions.backwardWeights(s, dw.address, x.address, dy.address, 0, 2);
    add(kind + "convolution weights", dw);
  }

  private void poolings() {
    PoolShape s = new PoolShape(PoolSpec.of(3, 2), 7, 7, 19);
    Memory x = Memory.of(Values.gaussian(random, 7 * 7 * 19), 1);
    Memory dy = Memory.of(Values.gaussian(random, 3 * 3 * 19), 1);
    Memory y = Memory.room(3 * 3 * 19);
    Memory dx = Memory.room(7 * 7 * 19);
    PoolKernels.max(s, y.address, x.address, 0, 1);
    add("max pool", y);
    PoolKernels.maxScatter(s, dx.address, x.address, dy.address, 0, 1);
    add("max pool scatter", dx);
    PoolKernels.average(s, true, y.address, x.address, 0, 1);
    add("average pool", y);
    PoolKernels.averageBackward(s, true, dx.address, dy.address, 0, 1);
    add("average pool backward", dx);
    PoolShape pairs = new PoolShape(PoolSpec.of(2), 7, 8, 32);
    Memory image = Memory.of(Values.mixed(random, 7 * 8 * 32), 1);
    Memory gradient = Memory.of(Values.gaussian(random, 3 * 4 * 32), 1);
    Memory maxima = Memory.room(3 * 4 * 32);
    Memory scattered = Memory.room(7 * 8 * 32);
    PoolKernels.max(pairs, maxima.address, image.address, 0, 1);
    add("max of four", maxima);
    PoolKernels.maxScatter(pairs, scattered.address, image.address, gradient.address, 0, 1);
    add("scatter to four", scattered);
  }
}
