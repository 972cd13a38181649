package shinso.cpu.kernel;

import java.util.List;
import shinso.core.op.ConvSpec;
import shinso.cpu.onednn.Call;
import shinso.cpu.onednn.ConvolutionSpec.Direction;
import shinso.cpu.onednn.DataType;
import shinso.cpu.onednn.MatmulSpec;
import shinso.cpu.onednn.OneDnn;
import shinso.cpu.onednn.Primitive;
import shinso.cpu.run.Frame;
import shinso.cpu.run.Kernel;
import shinso.cpu.run.Workers;
import shinso.cpu.simd.convolution.Winograd;

/**
 * A convolution with filters of 3×3, or its gradient for the images, by {@link Winograd}: 16
 * products of matrices where a plain one takes the work of 36.
 *
 * <p>The gradient for the images is the convolution of the maps with the filters turned around, and
 * their channels exchanged. Tiles are handled in blocks, whose planes stay in the second-level
 * cache between the transforms and the products; each task takes some blocks.
 */
final class WinogradConvolution implements Kernel {
  /** Elements of the filters that a task transforms. */
  private static final int FILTERS = 4096;

  private final boolean forward;
  private final Operand source;
  private final Operand filters;
  private final Epilogue epilogue;
  private final Operand result;
  private final Geometry geometry;
  private final WinogradTiles read;
  private final WinogradTiles written;
  private final WinogradBlocks blocks;
  private final List<Blocks.Range> rows;
  private final Call[] products;
  private final Call pack;
  private final int transformed;
  private final int packed;

  // Where things begin in scratch memory, which a product's own is at the beginning of.
  private final long left;
  private final long right;
  private final long patch;
  private final long scratchBytes;
  private final Workers.Task transform = this::transform;
  private final Workers.Task task = this::part;
  private Frame frame = Frame.NONE;

  WinogradConvolution(
      OneDnn oneDnn, ConvolutionOperands operands, Epilogue epilogue, Workspace workspace) {
    this.forward = operands.direction() == Direction.FORWARD;
    this.source = operands.first();
    this.filters = operands.filters();
    this.epilogue = epilogue;
    this.result = operands.result();
    Geometry g = operands.geometry();
    this.geometry = g;
    ConvSpec spec = operands.spec();
    this.read = forward ? WinogradTiles.images(g, spec) : WinogradTiles.mapsForImages(g, spec);
    this.written = forward ? WinogradTiles.maps(g) : WinogradTiles.results(g);
    this.blocks = WinogradBlocks.of(g, read.tiles(g.batch()));
    this.rows = Blocks.ranges(g.channels(), Math.ceilDiv(g.channels() * g.filters(), FILTERS), 1);
    Primitive product = oneDnn.primitive(product());
    Primitive copy = oneDnn.primitive(product.pack(1));
    this.products = blocks.bind(product);
    this.pack = copy.bind();
    this.transformed = workspace.allocate(Winograd.PLANES * WinogradBlocks.filterPlane(g));
    this.packed = workspace.allocate(product.format(1).bytes());
    this.left = Math.ceilDiv(Math.max(product.scratchBytes(), copy.scratchBytes()), 64L) * 64;
    this.right = left + Winograd.PLANES * blocks.plane(read.channels());
    this.patch = right + Winograd.PLANES * blocks.plane(written.channels());
    this.scratchBytes = patch + Math.max(read.patchBytes(), written.patchBytes());
  }

  private MatmulSpec product() {
    int k = read.channels();
    int n = written.channels();
    MatmulSpec spec = MatmulSpec.of(blocks.size(), n, k);
    if (!forward) {
      spec = spec.b(DataType.F32, 1, k);
    }
    return spec.packed()
        .batch(
            Winograd.PLANES,
            blocks.plane(k) / 4,
            WinogradBlocks.filterPlane(geometry) / 4,
            blocks.plane(n) / 4);
  }

  @Override
  public void run(Frame f) {
    frame = f;
    f.workers().run(rows.size(), transform);
    pack.execute(f.scratch(0), f.address(transformed), f.address(packed));
    f.workers().run(products.length, task);
  }

  /** Transforms some rows of the filters. */
  private void transform(int i, int worker) {
    Blocks.Range r = rows.get(i);
    long row = 4L * geometry.filters();
    long tap = row * geometry.channels();
    long from = filters.address(frame) + row * r.from();
    int taps = Winograd.FILTER * Winograd.FILTER;
    Winograd.filter(
        frame.address(transformed) + row * r.from(),
        WinogradBlocks.filterPlane(geometry),
        forward ? from : from + tap * (taps - 1),
        forward ? tap : -tap,
        r.count() * geometry.filters() / Winograd.lanes());
  }

  private void part(int i, int worker) {
    Blocks.Range range = blocks.tasks().get(i);
    for (int b = range.from(); b < range.from() + range.count(); b++) {
      block(products[i], b, frame.scratch(worker));
    }
  }

  private void block(Call product, int block, long scratch) {
    int from = blocks.from(block);
    int count = blocks.count(block);
    long v = scratch + left;
    long m = scratch + right;
    int in = read.channels();
    int out = written.channels();
    read.read(
        source.address(frame),
        from,
        count,
        scratch + patch,
        (tile, pixels, row, pixel) ->
            Winograd.source(
                v + 4L * in * tile, blocks.plane(in), pixels, row, pixel, in / Winograd.lanes()));
    product.execute(scratch, v, frame.address(packed), m);
    long added = epilogue.bias(frame, 0);
    written.write(
        result.address(frame),
        from,
        count,
        scratch + patch,
        (tile, pixels, row, pixel) ->
            Winograd.result(
                pixels,
                row,
                pixel,
                m + 4L * out * tile,
                blocks.plane(out),
                out / Winograd.lanes(),
                added,
                epilogue.relu()));
  }

  @Override
  public List<Primitive> primitives() {
    return List.of(products[0].primitive(), pack.primitive());
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
    return "winograd " + (forward ? "conv2d " : "conv2dBackwardData ") + geometry;
  }
}
