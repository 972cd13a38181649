package shinso.zoo.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Sequences;
import shinso.train.data.Split;
import shinso.train.data.file.PianoRollFile;
import shinso.train.figure.Figure;
import shinso.train.figure.HeatMap;

/**
 * Polyphonic music: sequences of steps, of which each says for the 88 keys of a piano which ones
 * sound. The fields are those of {@link Sequences}, {@code [time, 88]} and the length.
 */
public final class PianoRolls {
  private static final int PIECES = 150;
  private static final int HELD_OUT = 30;
  private static final int CHORDS = 12;
  private static final int STEPS_A_CHORD = 4;

  /** Tonic, subdominant, dominant and the parallel of the tonic, in steps of a scale. */
  private static final int[] ROOTS = {0, 3, 4, 5};

  private static final int[][] FOLLOWS = {{1, 2, 3}, {0, 2, 2}, {0, 0, 3}, {1, 1, 2}};
  private static final int[] MAJOR = {0, 2, 4, 5, 7, 9, 11};

  /** Chords that follow each other and a melody over them, made by the program. */
  public static final DataSource CADENCES = DataSource.generated("cadences", PianoRolls::cadences);

  /** Chorales of Bach, the notes at each quarter. */
  public static final DataSource CHORALES = DataSource.of("jsb-chorales");

  /** Folk tunes with chords. */
  public static final DataSource NOTTINGHAM = DataSource.of("nottingham");

  /** All of them. */
  public static final List<DataSource> ALL = List.of(CADENCES, CHORALES, NOTTINGHAM);

  private PianoRolls() {}

  /**
   * Returns how probable it is that a key sounds, by the frames of some pieces, each key having
   * been on once and off once besides: {@code [88]}.
   */
  public static Tensor rates(Dataset pieces) {
    double[] on = new double[PianoRollFile.KEYS];
    Arrays.fill(on, 1);
    long frames = 2;
    for (int i = 0; i < pieces.size(); i++) {
      List<Tensor> piece = pieces.batch(new int[] {i});
      float[] roll = piece.get(0).toFloatArray();
      for (int j = 0; j < roll.length; j++) {
        on[j % on.length] += roll[j];
      }
      frames += piece.get(1).toIntArray()[0];
    }
    float[] rates = new float[on.length];
    for (int key = 0; key < on.length; key++) {
      rates[key] = (float) (on[key] / frames);
    }
    return Tensor.of(rates, rates.length);
  }

  /** Returns the frames of all pieces, one an example: {@code [88]}. */
  public static Dataset frames(Dataset pieces) {
    List<float[]> rolls = new ArrayList<>();
    int values = 0;
    for (int i = 0; i < pieces.size(); i++) {
      List<Tensor> piece = pieces.batch(new int[] {i});
      int length = piece.get(1).toIntArray()[0] * PianoRollFile.KEYS;
      rolls.add(Arrays.copyOf(piece.get(0).toFloatArray(), length));
      values = Math.addExact(values, length);
    }
    float[] all = new float[values];
    int at = 0;
    for (float[] roll : rolls) {
      System.arraycopy(roll, 0, all, at, roll.length);
      at += roll.length;
    }
    return InMemoryDataset.of(
        "frames of " + pieces.description(),
        List.of(Column.floats("keys", Shape.of(PianoRollFile.KEYS), all)));
  }

  /**
   * Draws a piano roll.
   *
   * @param frames {@code [time, 88]}
   * @param low the first key that is shown
   * @param high the key after the last one that is shown
   */
  public static HeatMap figure(String title, Tensor frames, int low, int high) {
    double[][] rows = new double[high - low][];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      int key = high - 1 - i;
      rows[i] = frames.at(1, key).toDoubleArray();
      names.add(Integer.toString(PianoRollFile.LOWEST + key));
    }
    return Figure.heatMap(title, rows).rows(names).axes("frame", "MIDI note").range(0, 1);
  }

  private static Split cadences() {
    List<float[]> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      pieces.add(piece(Rng.of(1).split("cadences").split(i).generator()));
    }
    int train = PIECES - 2 * HELD_OUT;
    return PianoRollFile.split(
        part(pieces.subList(0, train)),
        part(pieces.subList(train, train + HELD_OUT)),
        part(pieces.subList(train + HELD_OUT, PIECES)));
  }

  private static Sequences part(List<float[]> pieces) {
    return Sequences.of("cadences", pieces, PianoRollFile.KEYS, List.of(), List.of());
  }

  /** Returns chords of one key, of which each sounds for some steps, and two notes of a melody. */
  private static float[] piece(RandomGenerator random) {
    int tonic = 48 + below(12, random);
    int chords = CHORDS - below(CHORDS / 2, random);
    float[] roll = new float[chords * STEPS_A_CHORD * PianoRollFile.KEYS];
    int chord = 0;
    for (int step = 0; step < chords * STEPS_A_CHORD; step++) {
      if (step > 0 && step % STEPS_A_CHORD == 0) {
        chord = FOLLOWS[chord][below(3, random)];
      }
      int root = ROOTS[chord];
      sound(roll, step, note(tonic, root) - 12);
      for (int third = 0; third < 3; third++) {
        sound(roll, step, note(tonic, root + 2 * third));
      }
      int melody =
          step % 2 == 0 ? note(tonic, root + 7 + 2 * below(3, random)) : melody(roll, step - 1);
      sound(roll, step, melody);
    }
    return roll;
  }

  private static int below(int bound, RandomGenerator random) {
    return (int) Math.unsignedMultiplyHigh(random.nextLong(), bound);
  }

  /** Returns the MIDI note of a step of the scale. */
  private static int note(int tonic, int step) {
    return tonic + 12 * (step / MAJOR.length) + MAJOR[step % MAJOR.length];
  }

  private static void sound(float[] roll, int step, int note) {
    roll[step * PianoRollFile.KEYS + note - PianoRollFile.LOWEST] = 1;
  }

  /** Returns the highest note of a step. */
  private static int melody(float[] roll, int step) {
    int key = PianoRollFile.KEYS - 1;
    while (roll[step * PianoRollFile.KEYS + key] == 0) {
      key--;
    }
    return PianoRollFile.LOWEST + key;
  }
}
