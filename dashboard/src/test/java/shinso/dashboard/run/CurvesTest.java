package shinso.dashboard.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.dashboard.run.Curves.RunCurves;
import shinso.dashboard.web.RefusedException;

/** What is drawn of a run's numbers. */
final class CurvesTest {
  @TempDir private Path root;

  private Curves curves(int most) {
    return new Curves(new Runs(root), most, 2);
  }

  @Test
  void aStageHasACurveForEachNumber() throws IOException {
    MadeRun run =
        MadeRun.in(root, "digits-mlp")
            .numbers("2-fine", "step,seconds,epoch,loss\n5,2,1,0.5\n")
            .numbers("1-train", "step,seconds,train.loss,test.loss\n1,0.5,3,\n2,1,2,1\n3,1.5,,\n");
    RunCurves all = curves(100).of(run.name());
    assertEquals(List.of("train", "fine"), all.stages().stream().map(s -> s.name()).toList());
    Curve train = all.stages().getFirst().curves().getFirst();
    assertEquals("train.loss", train.name());
    assertArrayEquals(new long[] {1, 2}, train.step());
    assertArrayEquals(new Double[] {3.0, 2.0}, train.mean());
    assertArrayEquals(new Double[] {0.5, 1.0}, train.seconds());
    assertNull(train.epoch());
    assertNull(train.least());
    assertArrayEquals(new long[] {2}, all.stages().getFirst().curves().get(1).step());
  }

  /** Ten rows on at most four points: two rows each would be five, so it is four, four and two. */
  @Test
  void rowsAreDrawnTogether() throws IOException {
    StringBuilder csv = new StringBuilder("step,x\n");
    double[] x = {1, 5, 3, 3, -2, 0, 8, 2, 10, 20};
    for (int i = 0; i < x.length; i++) {
      csv.append(i + 1).append(',').append(x[i]).append('\n');
    }
    MadeRun run = MadeRun.in(root, "digits-mlp").numbers("1-train", csv.toString());
    Curve curve = curves(4).of(run.name()).stages().getFirst().curves().getFirst();
    assertArrayEquals(new long[] {4, 8, 10}, curve.step());
    assertArrayEquals(new Double[] {3.0, 2.0, 15.0}, curve.mean());
    assertArrayEquals(new Double[] {1.0, -2.0, 10.0}, curve.least());
    assertArrayEquals(new Double[] {5.0, 8.0, 20.0}, curve.greatest());
  }

  @Test
  void whatIsInfiniteIsAGap() throws IOException {
    MadeRun run =
        MadeRun.in(root, "digits-mlp").numbers("1-train", "step,x\n1,2\n2,Infinity\n3,NaN\n4,1\n");
    Curve curve = curves(9).of(run.name()).stages().getFirst().curves().getFirst();
    assertArrayEquals(new Double[] {2.0, null, 1.0}, curve.mean());
  }

  @Test
  void theVersionTellsOfChanges() throws IOException {
    MadeRun run = MadeRun.in(root, "digits-mlp");
    Curves curves = curves(9);
    assertEquals(List.of(), curves.of(run.name()).stages());
    long first = curves.of(run.name()).version();
    assertEquals(first, curves.of(run.name()).version());
    run.numbers("1-train", "step,x\n1,2\n");
    long second = curves.of(run.name()).version();
    assertEquals(first + 1, second);
    Path file = run.folder().path().resolve("stages/1-train/metrics.csv");
    Files.writeString(file, "2,1\n", StandardOpenOption.APPEND);
    assertEquals(second + 1, curves.of(run.name()).version());
    assertEquals(second + 1, curves.of(run.name()).version());
  }

  /** A run that was imported or made by a library has one table without stages. */
  @Test
  void aRunWithoutStagesHasOneTable() throws IOException {
    MadeRun run = MadeRun.in(root, "digits-mlp");
    Files.writeString(run.folder().file("metrics.csv"), "step,x\n1,2\n");
    RunCurves all = curves(9).of(run.name());
    assertEquals("", all.stages().getFirst().name());
    assertNotNull(all.stages().getFirst().curves().getFirst());
  }

  @Test
  void aRunThatIsNotThereIsSaid() {
    assertThrows(RefusedException.class, () -> curves(9).of("20261105-140322-digits"));
  }
}
