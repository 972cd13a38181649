package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import shinso.core.tensor.Tensor;
import shinso.train.data.Dataset;

final class PianoRollsTest {
  private static final Dataset PIECES = PianoRolls.CADENCES.load().train().limit(3);

  /** Frame by frame, without what pads shorter pieces. */
  @Test
  void framesAreThoseOfAllPieces() {
    Tensor frames = PianoRolls.frames(PIECES).whole().getFirst();
    int at = 0;
    for (int i = 0; i < PIECES.size(); i++) {
      List<Tensor> piece = PIECES.batch(new int[] {i});
      int length = piece.get(1).toIntArray()[0];
      assertArrayEquals(
          piece.get(0).at(0, 0).slice(0, 0, length).toFloatArray(),
          frames.slice(0, at, at + length).toFloatArray());
      at += length;
    }
    assertEquals(at, frames.shape().dim(0));
  }

  /** One more on and one more off than there are. */
  @Test
  void ratesAreSharesOfFrames() {
    Tensor frames = PianoRolls.frames(PIECES).whole().getFirst();
    double n = frames.shape().dim(0);
    double[] expected =
        Arrays.stream(frames.sum(0).toDoubleArray()).map(on -> (on + 1) / (n + 2)).toArray();
    assertArrayEquals(expected, PianoRolls.rates(PIECES).toDoubleArray(), 1e-6);
  }
}
