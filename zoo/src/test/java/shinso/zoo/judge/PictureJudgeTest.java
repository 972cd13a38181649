package shinso.zoo.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.catalog.Catalog;

/** Samples judged by what a LeNet sees in them. */
@Tag("row-M1")
final class PictureJudgeTest {
  private static final Split GLYPHS = Catalog.load("glyphs").limit(1_500, 0, 300);

  @Test
  void examplesAreBetterThanNoise() {
    PictureJudge judge = PictureJudge.of(GLYPHS, 300, 3, Rng.of(1));
    assertEquals(300, judge.count());
    PictureJudge.Verdict good =
        judge.judge(GLYPHS.train().limit(300).whole().getFirst().evaluate());
    PictureJudge.Verdict bad = judge.judge(Tensor.uniform(Rng.of(2), 300, 28, 28, 1).evaluate());
    assertTrue(good.frechet() < bad.frechet() / 10, good + " " + bad);
    assertTrue(good.kernel().value() < bad.kernel().value() / 10, good + " " + bad);
    assertTrue(good.overlap().precision() > 0.9 && good.overlap().coverage() > 0.9, good::toString);
    assertTrue(bad.overlap().coverage() < 0.2, bad::toString);
    assertTrue(good.synthetic() > bad.synthetic() + 0.1, good + " " + bad);
  }

  @Test
  void theSameKeyGivesTheSameVerdict() {
    Split few = GLYPHS.limit(200, 0, 50);
    Tensor samples = few.train().limit(50).whole().getFirst().evaluate();
    PictureJudge.Verdict one = PictureJudge.of(few, 50, 1, Rng.of(3)).judge(samples);
    assertEquals(one, PictureJudge.of(few, 50, 1, Rng.of(3)).judge(samples));
  }

  @Test
  void dataWithoutClassesIsRefused() {
    InMemoryDataset points =
        InMemoryDataset.of(
            "points", List.of(Column.floats("x", Shape.of(2), new float[] {1, 2, 3, 4})));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> PictureJudge.of(Split.of(points, points), 2, 1, Rng.of(1)));
    assertTrue(String.valueOf(e.getMessage()).contains("pictures in classes"), e.getMessage());
  }
}
