package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.verify.bench.KernelsCommand.Row;

final class KernelsTest {
  @Test
  void waysOfAKernelStandSideBySide() {
    assertEquals(
        """
        | kernel              | size       | Vector API | oneDNN | plain loop |
        |---------------------|------------|-----------:|-------:|-----------:|
        | matmul              | 2x3x4      |        100 |    250 |       9.50 |
        | convolution forward | 28x28x1x32 |       75.0 |    120 |            |\
        """,
        KernelsCommand.table(
                List.of(
                    new Row("a.b.MatmulBenchmark.oneDnn", "2x3x4", 250),
                    new Row("a.b.MatmulBenchmark.scalar", "2x3x4", 9.5),
                    new Row("a.b.MatmulBenchmark.vectorApi", "2x3x4", 100),
                    new Row("a.b.ConvolutionBenchmark.forwardOneDnn", "28x28x1x32", 120),
                    new Row("a.b.ConvolutionBenchmark.forwardVectorApi", "28x28x1x32", 75)))
            .toString());
  }
}
