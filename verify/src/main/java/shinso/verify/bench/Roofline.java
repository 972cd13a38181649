package shinso.verify.bench;

import java.util.List;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * What this machine can do with the threads and the precision of this process, measured with the
 * public API: no step can take less than its operations at the peak or its compulsory bytes at the
 * bandwidth of memory. A step whose data stays in cache from one run to the next may.
 *
 * @param flops operations a second of a product of large square matrices
 * @param bandwidth bytes a second, read and written, of a pass over memory larger than the caches
 */
record Roofline(double flops, double bandwidth) {
  private static final int SIDE = 2048;
  private static final int NUMBERS = 1 << 25;
  private static final double SECONDS = 0.5;

  /** Measures both, in a second or two. */
  static Roofline measure() {
    return new Roofline(
        2.0 * SIDE * SIDE * SIDE / Timing.best(product(), SECONDS),
        2.0 * Float.BYTES * NUMBERS / Timing.best(pass(), SECONDS));
  }

  private static Runnable product() {
    Rng rng = Rng.of(0);
    Tensor a = Tensor.uniform(rng.split("a"), SIDE, SIDE).evaluate();
    Tensor b = Tensor.uniform(rng.split("b"), SIDE, SIDE).evaluate();
    // A parameter takes the result, since a new tensor would need new memory each time.
    Param result = Param.of(Tensor.zeros(SIDE, SIDE));
    Program program =
        Program.compile((Tensor x, Tensor y) -> Step.of(List.of(new Update(result, x.matmul(y)))));
    return () -> program.run(a, b);
  }

  private static Runnable pass() {
    Param numbers = Param.of(Tensor.zeros(NUMBERS));
    Program program =
        Program.of((in, rng) -> Step.of(List.of(new Update(numbers, numbers.value().neg()))));
    return () -> program.run(Rng.of(0));
  }

  /** The least milliseconds that some work can take from memory. */
  double floorMillis(Work work) {
    return 1e3 * Math.max(work.flops() / flops, work.bytes() / bandwidth);
  }

  /** What bounds some work. */
  String bound(Work work) {
    return work.flops() / flops > work.bytes() / bandwidth ? "arithmetic" : "memory";
  }
}
