package shinso.cpu.kernel;

import java.util.List;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.DataType;
import shinso.cpu.onednn.MatmulSpec;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.convolution.Winograd;
import shinso.cpu.simd.element.MoveKernels;

/**
 * Gradient of filters of 3×3 by {@link Winograd}. Each task takes some blocks of tiles and adds up
 * a transformed gradient of its own; their sum, in order, is transformed back at the end.
 */
final class WinogradFilterGradient implements Kernel {
  /** Elements of the filters that a task adds up. */
  private static final int SUM = 1024;

  private final Operand images;
  private final Operand maps;
  private final Operand result;
  private final Geometry geometry;
  private final WinogradTiles sources;
  private final WinogradTiles gradients;
  private final WinogradBlocks blocks;
  private final List<Blocks.Range> sums;
  private final Call[] products;
  private final int partials;

  // Where things begin in scratch memory, which a product's own is at the beginning of.
  private final long left;
  private final long right;
  private final long patch;
  private final long scratchBytes;
  private final Workers.Task task = this::part;
  private final Workers.Task sum = this::sum;
  private Frame frame = Frame.NONE;

  WinogradFilterGradient(OneDnn oneDnn, ConvolutionOperands operands, Workspace workspace) {
    this.images = operands.images();
    this.maps = operands.maps();
    this.result = operands.filters();
    Geometry g = operands.geometry();
    this.geometry = g;
    this.sources = WinogradTiles.images(g, operands.spec());
    this.gradients = WinogradTiles.maps(g);
    int tasks = Blocks.gradients(Blocks.tasks(g.flops()), 4 * partial());
    this.blocks = WinogradBlocks.of(g, sources.tiles(g.batch()), tasks);
    int size = g.channels() * g.filters();
    this.sums = Blocks.ranges(size, Math.ceilDiv(size, SUM), Winograd.lanes());
    Primitive product = oneDnn.primitive(product());
    this.products = blocks.bind(product);
    this.partials = workspace.allocate(4 * partial() * products.length);
    this.left = Math.ceilDiv(product.scratchBytes(), 64L) * 64;
    this.right = left + Winograd.PLANES * blocks.plane(g.channels());
    this.patch = right + Winograd.PLANES * blocks.plane(g.filters());
    this.scratchBytes = patch + Math.max(sources.patchBytes(), gradients.patchBytes());
  }

  /** Elements of the transformed gradient of a task. */
  private long partial() {
    return Winograd.PLANES * WinogradBlocks.filterPlane(geometry) / 4;
  }

  private MatmulSpec product() {
    int m = geometry.channels();
    int n = geometry.filters();
    return MatmulSpec.of(m, n, blocks.size())
        .a(DataType.F32, 1, m)
        .batch(
            Winograd.PLANES,
            blocks.plane(m) / 4,
            blocks.plane(n) / 4,
            WinogradBlocks.filterPlane(geometry) / 4)
        .accumulate();
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(products.length, task);
    f.workers().run(sums.size(), sum);
  }

  private void part(int i, int worker) {
    long to = frame.address(partials) + 4 * partial() * i;
    MoveKernels.fill(to, 0f, Math.toIntExact(partial()));
    Blocks.Range range = blocks.tasks().get(i);
    for (int b = range.from(); b < range.from() + range.count(); b++) {
      block(products[i], b, to, frame.scratch(worker));
    }
  }

  private void block(Call product, int block, long to, long scratch) {
    int from = blocks.from(block);
    int count = blocks.count(block);
    long v = scratch + left;
    long m = scratch + right;
    int channels = geometry.channels();
    int filters = geometry.filters();
    sources.read(
        images.address(frame),
        from,
        count,
        scratch + patch,
        (tile, pixels, row, pixel) ->
            Winograd.source(
                v + 4L * channels * tile,
                blocks.plane(channels),
                pixels,
                row,
                pixel,
                channels / Winograd.lanes()));
    gradients.read(
        maps.address(frame),
        from,
        count,
        scratch + patch,
        (tile, pixels, row, pixel) ->
            Winograd.gradient(
                m + 4L * filters * tile,
                blocks.plane(filters),
                pixels,
                row,
                pixel,
                filters / Winograd.lanes()));
    if (count < blocks.size()) {
      clear(v, blocks.plane(channels), channels, count);
      clear(m, blocks.plane(filters), filters, count);
    }
    product.execute(scratch, v, m, to);
  }

  /** Sets the tiles to zero that the last block lacks. */
  private void clear(long planes, long plane, int channels, int count) {
    for (int i = 0; i < Winograd.PLANES; i++) {
      long from = planes + plane * i + 4L * channels * count;
      MoveKernels.fill(from, 0f, channels * (blocks.size() - count));
    }
  }

  /** Adds up some elements of all tasks' gradients and transforms them back. */
  private void sum(int i, int worker) {
    Blocks.Range r = sums.get(i);
    long tap = 4L * geometry.channels() * geometry.filters();
    Winograd.filterGradient(
        result.address(frame) + 4L * r.from(),
        tap,
        frame.address(partials) + 4L * r.from(),
        WinogradBlocks.filterPlane(geometry),
        products.length,
        4 * partial(),
        r.count() / Winograd.lanes());
  }

  @Override
  public List<Primitive> primitives() {
    return List.of(products[0].primitive());
  }

  @Override
  public long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public double flops() {
    return geometry.flops();
  }

  @Override
  public String label() {
    return "winograd conv2dBackwardWeights " + geometry;
  }
}
