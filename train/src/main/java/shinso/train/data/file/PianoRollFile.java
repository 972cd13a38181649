package shinso.train.data.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import shinso.train.data.DataException;
import shinso.train.data.Sequences;
import shinso.train.data.Split;
import shinso.train.file.JsonFile;

/**
 * Polyphonic music as piano rolls: in each step a key of the piano sounds or doesn't. A step is 88
 * zeros and ones; column c is the MIDI note 21 + c, from A0 to C8.
 *
 * <p>Source: Boulanger-Lewandowski, Bengio and Vincent, "Modeling temporal dependencies in
 * high-dimensional sequences" (2012), section 6.
 */
public final class PianoRollFile {
  /** How many keys a piano has: the features of a step. */
  public static final int KEYS = 88;

  /** The MIDI note of the first key. */
  public static final int LOWEST = 21;

  private PianoRollFile() {}

  /**
   * Reads a text, plain or gzipped: a piece a line, its steps separated by {@code ;}, the MIDI
   * notes of a step by blanks. A step without notes is silent.
   *
   * @return sequences {@code [time, 88]}
   * @throws DataException if the file can't be read, or a note is none of a piano; the message
   *     names line and step
   */
  public static Sequences read(Path file) {
    List<float[]> pieces = new ArrayList<>();
    for (String line : TextFile.read(file).split("\n", -1)) {
      String where = "%s: line %d".formatted(file, pieces.size() + 1);
      if (line.isEmpty()) {
        break;
      }
      List<List<?>> steps = new ArrayList<>();
      for (String step : line.split(";", -1)) {
        steps.add(step.isBlank() ? List.of() : List.of(step.strip().split(" +")));
      }
      pieces.add(roll(where, steps));
    }
    return sequences(file.toString(), pieces);
  }

  /**
   * Reads a JSON object with the lists {@code train}, {@code valid} and {@code test}; a piece is a
   * list of steps, a step the list of its MIDI notes.
   *
   * @return sequences {@code [time, 88]}
   * @throws DataException if a note is none of a piano; the message names piece and step
   * @throws shinso.train.file.FileException if the file can't be read or is no such object
   */
  public static Split readJson(Path file) {
    JsonFile json = JsonFile.read(file);
    List<Sequences> parts = new ArrayList<>();
    for (String part : List.of("train", "valid", "test")) {
      List<float[]> pieces = new ArrayList<>();
      for (Object piece : json.list(part)) {
        String where = "%s: %s, piece %d".formatted(file, part, pieces.size() + 1);
        List<List<?>> steps = new ArrayList<>();
        for (Object step : list(where, piece)) {
          steps.add(list(where, step));
        }
        pieces.add(roll(where, steps));
      }
      parts.add(sequences(file + ", " + part, pieces));
    }
    return split(parts.get(0), parts.get(1), parts.get(2));
  }

  /** Returns parts of a set of music, which have one shape as parts of a split must. */
  public static Split split(Sequences train, Sequences validation, Sequences test) {
    int longest = 0;
    for (Sequences part : List.of(train, validation, test)) {
      longest = Math.max(longest, part.longest());
    }
    return new Split(
        train.withRoomFor(longest), validation.withRoomFor(longest), test.withRoomFor(longest));
  }

  private static List<?> list(String where, Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new DataException(where + ": a list is expected, not " + value);
  }

  private static Sequences sequences(String description, List<float[]> pieces) {
    if (pieces.isEmpty()) {
      throw new DataException(description + ": there are no pieces of music in it");
    }
    return Sequences.of(description, pieces, KEYS, List.of(), List.of());
  }

  private static float[] roll(String where, List<? extends List<?>> steps) {
    if (steps.isEmpty()) {
      throw new DataException(where + ": has no steps");
    }
    float[] roll = new float[steps.size() * KEYS];
    for (int t = 0; t < steps.size(); t++) {
      for (Object note : steps.get(t)) {
        roll[t * KEYS + key(where, t, note)] = 1;
      }
    }
    return roll;
  }

  private static int key(String where, int step, Object note) {
    String text = String.valueOf(note);
    int key = text.matches("\\d{1,3}") ? Integer.parseInt(text) - LOWEST : -1;
    if (key < 0 || key >= KEYS) {
      throw new DataException(
          "%s, step %d: '%s' is no MIDI note of a piano, which has %d to %d"
              .formatted(where, step + 1, text, LOWEST, LOWEST + KEYS - 1));
    }
    return key;
  }
}
